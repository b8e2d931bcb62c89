import { type Manifest, publicManifest, siteFilesOf } from "../../bundle/manifest.ts";
import { keys } from "../../releases/store/keys.ts";
import type { SiteSource } from "./site-source.ts";

/** The site of a release, by server-side copies from the release store: no checkout, no upload. */
export function releaseSource(artifactsBucket: string, manifest: Manifest): SiteSource {
  return {
    name: `release ${manifest.id}`,
    files: () => new Map(Object.entries(siteFilesOf(manifest))),
    release: publicManifest(manifest),
    content: (_, { sha256 }) => ({ object: { bucket: artifactsBucket, key: keys.blob(sha256) } }),
  };
}
