import type { Manifest, PublicManifest, SiteFile } from "../../bundle/manifest.ts";
import { publicManifest } from "../../bundle/manifest.ts";
import { keys } from "../../releases/store/keys.ts";

/** Where a file's bytes come from: this process, the disk for a large one, or an object that S3 copies by itself. */
export type Content =
  | { readonly read: () => Uint8Array }
  | { readonly path: string }
  | { readonly object: { readonly bucket: string; readonly key: string } };

/** A site as it should be served: every file with its hash and headers, and a way to its bytes. */
export interface SiteSource {
  /** For messages. */
  readonly name: string;
  /** A new map for whoever asks, who may add to it. */
  files(): Map<string, SiteFile>;
  /** Written as release.json, last of all, where the site is part of a release. */
  readonly release?: PublicManifest;
  /** The bytes of one of `files`. */
  content(key: string, file: SiteFile): Content;
}

/** The site of a release, by server-side copies from the release store: no checkout, no upload. */
export function releaseSource(artifactsBucket: string, manifest: Manifest): SiteSource {
  return {
    name: `release ${manifest.id}`,
    files: () => new Map(Object.entries(manifest.site.files)),
    release: publicManifest(manifest),
    content: (_, { sha256 }) => ({ object: { bucket: artifactsBucket, key: keys.blob(sha256) } }),
  };
}
