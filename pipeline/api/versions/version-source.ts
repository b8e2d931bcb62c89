import { releaseLocation } from "../../bundle/release-location.ts";

/** Where an API says which version it is, as JSON: `{"version": …}`. */
export interface VersionSource {
  /** Below the API's address. */
  readonly path: string;
  /** A route of the app's own; else a location of nginx that came with the bundle, which proves what lies there and not what runs. */
  readonly isOwn: boolean;
  /** No answer there names it: the bundle is not the pipeline's, and what the app says of itself is of its own making. */
  readonly isUnnamed?: boolean;
}

/** The app's own route where it has one, else the location that the bundle brings along. */
export function versionSource(given: {
  readonly "api-path": string;
  readonly "version-path": string;
}): VersionSource {
  const own = given["version-path"];
  return own === "" ? { path: releaseLocation(given["api-path"]), isOwn: false } : { path: own, isOwn: true };
}

/** A route that somebody named; undefined where nobody did. */
export function ownRoute(path: string): VersionSource | undefined {
  return path === "" ? undefined : { path, isOwn: true };
}
