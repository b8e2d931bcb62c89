// What every API bundle carries beside its own files, so that one can ask which version runs.
import { releaseLocation, releaseLocationEntry, releaseLocationFile } from "../bundle/release-location.ts";
import type { ZipEntry } from "../bundle/zip.ts";

/** version.json for the API itself, and a location of nginx below `apiPath` that answers for it. */
export function versionEntries(version: string, apiPath: string): ZipEntry[] {
  const versionJson = Buffer.from(`${JSON.stringify({ version })}\n`);
  return [
    releaseLocationEntry(apiPath, version),
    { name: "version.json", mode: 0o644, content: versionJson },
  ];
}

/** What of them makes the version: the location with no version in it. Where it is counts, what it says follows from the rest. */
export function versionedLocation(apiPath: string): ZipEntry {
  return releaseLocationEntry(apiPath, "");
}

/** nginx refuses its whole configuration for two locations of one address, and that when the new version is in place already. */
export function locationProblems(
  { name, content }: Pick<ZipEntry, "name" | "content">,
  apiPath: string,
): string[] {
  const address = releaseLocation(apiPath);
  const clashes =
    name === releaseLocationFile ||
    (name.startsWith(".platform/nginx/") && Buffer.from(content).toString("utf8").includes(address));
  return clashes ? [`${name} is, or names, the pipeline's own "${address}"`] : [];
}
