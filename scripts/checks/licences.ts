import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.ts";

/** Licences under which a dependency may be used and its code shipped in `actions/dist` and `api.zip`. */
const accepted = new Set([
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "MIT-0",
  "BlueOak-1.0.0",
  "Python-2.0",
  "CC0-1.0",
  "Unlicense",
  "MPL-2.0",
  "PostgreSQL",
  "PSF-2.0",
]);

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly license?: string; readonly link?: boolean; readonly version?: string }>
  >;
}

/** Packages of the lockfile whose licence is unknown or not accepted. */
export function checkLicences(): readonly string[] {
  const lockfile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile;
  return Object.entries(lockfile.packages)
    .filter(([path, entry]) => path.includes("node_modules/") && !entry.link)
    .filter(([, entry]) => !isAccepted(entry.license))
    .map(([path, entry]) => `${path}@${entry.version}: licence "${entry.license ?? "none"}"`);
}

/** Understands `A`, `(A OR B)` and `A AND B`, as far as npm packages use SPDX expressions. */
function isAccepted(licence: string | undefined): boolean {
  if (licence === undefined) return false;
  const expression = licence.replace(/[()]/g, "");
  return expression.split(" OR ").some((choice) => choice.split(" AND ").every((one) => accepted.has(one)));
}
