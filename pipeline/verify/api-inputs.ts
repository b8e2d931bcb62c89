import { apiPath, releaseLocation } from "../bundle/release-location.ts";
import type { Inputs, Parser } from "../kit/inputs.ts";
import type { VersionSource } from "./api-checks.ts";

const optionalPath: Parser<string> = (value) => {
  if (value === "" || /^\/[^\s#]*$/.test(value)) return value;
  throw new Error("must be a path of the API such as /health");
};

/** How the API says which version it is, and that it is there; spread into the specification of whoever verifies. */
export const apiInputs = {
  "api-path": apiPath,
  "version-path": optionalPath,
  "health-path": optionalPath,
} as const;

export type ApiInputs = Inputs<typeof apiInputs>;

/** The app's own route where it has one, else the location that the bundle brings along. */
export function versionSource(given: Pick<ApiInputs, "api-path" | "version-path">): VersionSource {
  const own = given["version-path"];
  return own === "" ? { path: releaseLocation(given["api-path"]), isOwn: false } : { path: own, isOwn: true };
}
