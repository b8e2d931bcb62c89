import type { PublicManifest, SiteFile } from "../../bundle/manifest.ts";

/** Files from this size on are sent in parts, straight from the disk. */
export const largeFileBytes = 16 * 1024 * 1024;

/**
 * Where a file's bytes come from: this process, the disk for a large one, with its CRC32 where that was taken together with its
 * hash, or an object that S3 copies by itself.
 */
export type Content =
  | { readonly read: () => Uint8Array }
  | { readonly path: string; readonly crc32?: number }
  | { readonly object: { readonly bucket: string; readonly key: string } };

/** A site as it should be served: every file with its hash and headers, and a way to its bytes. */
export interface SiteSource {
  /** For messages. */
  readonly name: string;
  /** A new map for whoever asks, who may add to it. */
  files(): Map<string, SiteFile>;
  /** Written as release.json, last of all, where the site is part of a release and to say so. */
  readonly release?: PublicManifest;
  /** It was live before the pipeline was. */
  readonly isAdopted?: boolean;
  /** The bytes of one of `files`. */
  content(key: string, file: SiteFile): Content;
}
