import type { RecordedObject } from "./record.ts";
import { servedFile } from "./served-file.ts";

/** Keys and fields in one order, so that equal records are equal texts. */
export function sorted(objects: Readonly<Record<string, RecordedObject>>): Record<string, RecordedObject> {
  const entries = Object.entries(objects).map(([key, object]) => {
    const { etag, unreferencedSince } = object;
    const since = unreferencedSince === undefined ? {} : { unreferencedSince };
    return { key, object: { ...servedFile(object), etag, ...since } };
  });
  return Object.fromEntries(entries.sort(byKey).map(({ key, object }) => [key, object]));
}

export function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
