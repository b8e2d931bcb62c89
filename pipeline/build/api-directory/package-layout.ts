// Where each package lies in the bundle: flat, without links, and found from everywhere as it was where it was installed.
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

interface PackageJson {
  readonly name?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

export interface PlacedPackage {
  /** `node_modules/express`, `node_modules/a/node_modules/b`. */
  readonly location: string;
  /** The folder that it was installed in; links are followed. */
  readonly folder: string;
  readonly packageJson: PackageJson;
}

export interface Layout {
  readonly packages: readonly PlacedPackage[];
  /** What was looked for and is not installed: `express needs "accepts"`. */
  readonly missing: readonly string[];
  /** Packages of which no part for the target is installed, only ones for others. */
  readonly foreign: readonly string[];
}

interface Platform {
  readonly architecture: string;
}

/**
 * Follows the production dependencies of the packages in `folders`, the first of which is the app, as Node.js resolves them,
 * and gives each package one place: at the top where its name is free, else below whoever needs it. A package is found from
 * its new place exactly as from its old one: the top is never taken twice, and a place further down is seen by nobody else.
 */
export async function layOutPackages(
  folders: readonly string[],
  root: string,
  platform: Platform,
): Promise<Layout> {
  const [top, app] = await Promise.all([realpath(root), realpath(folders[0] ?? root)]);
  const placed = new Map<string, PlacedPackage>();
  const missing: string[] = [];
  const foreign: string[] = [];
  const read = new Map<string, Promise<PackageJson>>();
  const packageOf = (folder: string): Promise<PackageJson> => {
    const known = read.get(folder) ?? readPackage(folder);
    read.set(folder, known);
    return known;
  };
  const waiting: { readonly location: string; readonly folder: string }[] = [];
  for (const folder of folders) waiting.push({ location: "", folder: await realpath(folder) });
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { location, folder } = next;
    const packageJson = await packageOf(folder);
    const who = packageJson.name ?? basename(folder);
    const parts = { fitting: 0, foreign: 0 };
    for (const [name, kind] of dependenciesOf(packageJson)) {
      const found = await resolvePackage(name, folder, top);
      if (found === undefined) {
        // What the repository's root needs for itself is not installed everywhere, nor needed by the app.
        if (kind === "required" && (location !== "" || folder === app))
          missing.push(`${who} needs "${name}"`);
        continue;
      }
      const its = await packageOf(found);
      if (kind === "optional" && its.cpu !== undefined)
        parts[fits(its, platform) ? "fitting" : "foreign"] += 1;
      if (!fits(its, platform)) continue;
      const seen = lookUp(placed, location, name);
      if (seen?.folder === found) continue;
      // A place below the app itself is the top, and there whoever came first stays.
      const place = join(seen === undefined ? "" : location, "node_modules", name);
      if (placed.has(place)) continue;
      placed.set(place, { location: place, folder: found, packageJson: its });
      waiting.push({ location: place, folder: found });
    }
    if (parts.foreign > 0 && parts.fitting === 0) foreign.push(who);
  }
  return { packages: [...placed.values()], missing, foreign };
}

type Kind = "required" | "optional" | "peer";

function dependenciesOf(packageJson: PackageJson): Map<string, Kind> {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packageJson;
  return new Map<string, Kind>([
    ...Object.keys(peerDependencies).map((name) => [name, "peer"] as const),
    ...Object.keys(dependencies).map((name) => [name, "required"] as const),
    ...Object.keys(optionalDependencies).map((name) => [name, "optional"] as const),
  ]);
}

async function readPackage(folder: string): Promise<PackageJson> {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as PackageJson) : {};
}

/** https://nodejs.org/api/modules.html#loading-from-node_modules-folders, not above the folder that was installed in. */
async function resolvePackage(name: string, from: string, root: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (basename(folder) !== "node_modules" && existsSync(join(candidate, "package.json"))) {
      return realpath(candidate);
    }
    if (folder === root || folder === dirname(folder)) return undefined;
  }
}

function lookUp(
  placed: ReadonlyMap<string, PlacedPackage>,
  location: string,
  name: string,
): PlacedPackage | undefined {
  for (let at = location; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const found = placed.get(join(at, "node_modules", name));
    if (found !== undefined || at === "") return found;
  }
}

/** Whether npm would install it on the platform: https://docs.npmjs.com/cli/configuring-npm/package-json#cpu */
function fits({ os, cpu, libc }: PackageJson, { architecture }: Platform): boolean {
  const allows = (list: readonly string[] | undefined, value: string): boolean => {
    if (list === undefined || list.length === 0) return true;
    const allowed = list.filter((one) => !one.startsWith("!"));
    return !list.includes(`!${value}`) && (allowed.length === 0 || allowed.includes(value));
  };
  return allows(os, "linux") && allows(cpu, architecture) && allows(libc, "glibc");
}
