// What a bucket keeps of its keys beside their current objects, once versioning was switched on.
import type { ObjectRecord } from "./object-record.ts";

/** Says that the key has no object any more; its versions are still there. */
export interface DeleteMarker {
  readonly key: string;
  readonly modified: string;
  /** Undefined for the version "null". */
  readonly versionId?: string;
}

export type Version =
  | { readonly kind: "object"; readonly object: ObjectRecord }
  | { readonly kind: "marker"; readonly marker: DeleteMarker };

export function idOf(version: Version): string | undefined {
  return version.kind === "object" ? version.object.versionId : version.marker.versionId;
}

/** Versions that are not current, and markers, those of a key newest first. */
export class Versions {
  readonly #byKey = new Map<string, Version[]>();

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  *all(): Generator<Version> {
    for (const versions of this.#byKey.values()) yield* versions.toReversed();
  }

  of(key: string): readonly Version[] {
    return this.#byKey.get(key) ?? [];
  }

  add(key: string, version: Version): void {
    this.#byKey.set(key, [version, ...this.of(key)]);
  }

  /** Takes one out, by its id; undefined where it is not there. */
  take(key: string, versionId: string | undefined): Version | undefined {
    const versions = this.of(key);
    const index = versions.findIndex((one) => idOf(one) === versionId);
    if (index < 0) return undefined;
    const left = versions.toSpliced(index, 1);
    if (left.length > 0) this.#byKey.set(key, left);
    else this.#byKey.delete(key);
    return versions[index];
  }
}
