import { type Manifest, publicManifest } from "../../bundle/manifest.ts";
import { keys } from "../../releases/store/keys.ts";
import type { SiteSource } from "./site-source.ts";

/** The site of a release, by server-side copies from the release store: no checkout, no upload. */
export function releaseSource(artifactsBucket: string, manifest: Manifest): SiteSource {
  const { site } = manifest;
  // An empty site would delete the one that is there.
  if (!site) throw new Error(`release "${manifest.id}" has no site to put in place`);
  return {
    name: `release ${manifest.id}`,
    files: () => new Map(Object.entries(site.files)),
    release: publicManifest(manifest),
    ...(manifest.origin === "adopted" && { isAdopted: true }),
    content: (_, { sha256 }) => ({ object: { bucket: artifactsBucket, key: keys.blob(sha256) } }),
  };
}
