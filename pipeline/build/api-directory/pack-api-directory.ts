// Checks and packs an API as its repository has it: its files, what its command wrote, its production packages.
import { rm } from "node:fs/promises";
import { execBitProblems, preflight } from "../../bundle/preflight.ts";
import { writeZipFile } from "../../bundle/zip-file.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { BuiltApi } from "../built-api.ts";
import { locationProblems, versionEntries, versionedLocation } from "../version-entries.ts";
import { keyProblems } from "./key-files.ts";
import { NativeFiles } from "./native-files.ts";
import { type BundledFile, inheritedSettings, type OwnFolder, ownFiles } from "./own-files.ts";
import { commandFiles, packageFiles } from "./package-files.ts";
import type { Layout, PlacedPackage } from "./package-layout.ts";
import type { AppPackage } from "./packages.ts";
import { PortSearch, startProblems } from "./start.ts";

export interface ApiParts {
  readonly own: OwnFolder;
  readonly packageJson: AppPackage;
  readonly layout: Layout;
  /** Of the packages, those that are folders of the repository: by the place of each in the bundle. */
  readonly workspacePackages: ReadonlyMap<string, OwnFolder>;
  /** Files that the app's install scripts wrote beside its packages. */
  readonly installed: readonly BundledFile[];
  /** What the packages were installed from. */
  readonly lockfile: Uint8Array;
  /** Below which everything is the API's. */
  readonly apiPath: string;
  readonly target: { readonly architecture: string; readonly nodeMajor: number };
}

/** Writes the API's EB source bundle to `archive`. Throws `BuildFailed` with everything that Elastic Beanstalk would not run. */
export async function packApiDirectory(
  parts: ApiParts,
  archive: string,
  runner: Pick<Runner, "warning">,
): Promise<BuiltApi> {
  const { own, packageJson, layout, target, workspacePackages } = parts;
  const files = await appFiles(parts);
  const packages = layout.packages.filter(({ location }) => !workspacePackages.has(location));
  const workspaces = (
    await Promise.all([...workspacePackages].map(([location, folder]) => ownFiles(folder, `${location}/`)))
  ).flat();
  const foreign = layout.foreign.map((name) => `${name} has no part for linux ${target.architecture}`);
  const problems = [...layout.missing.map((what) => `${what}, which is not installed`), ...foreign];
  const read = await readOwn(files, packages, parts);
  problems.push(...read.problems);
  const shared = await digests(workspaces);
  const version = directoryVersion([...read.digests, ...shared], parts);
  if (problems.length > 0) throw refused(own.folder, problems);
  const native = new NativeFiles();
  const watched = (owner: string) => (file: BundledFile) => ({
    ...file,
    read: async () => {
      const content = await file.read();
      native.add(owner, file.name, content);
      return content;
    },
  });
  const installed = await Promise.all(
    layout.packages.map(async (one) => {
      const its = workspacePackages.has(one.location)
        ? workspaces.filter(({ name }) => name.startsWith(`${one.location}/`))
        : await packageFiles(one);
      return its.map(watched(one.location));
    }),
  );
  const commands = await commandFiles(layout.packages);
  const settings = versionEntries(version, parts.apiPath).map(({ name, mode, content }) => ({
    name,
    mode,
    read: async () => content,
  }));
  const all = [...files.map(watched(".")), ...installed.flat(), ...commands, ...settings];
  const written = await writeZipFile(archive, unique(all));
  const unfit = [...native.problems(target.architecture), ...preflight([], written.bytes)];
  if (unfit.length > 0) {
    await rm(archive);
    throw refused(own.folder, unfit);
  }
  const names = new Set(all.map(({ name }) => name));
  for (const { location } of layout.packages) {
    // What npm runs node-gyp for: https://docs.npmjs.com/cli/using-npm/scripts#npm-install
    if (names.has(`${location}/binding.gyp`) && !native.has(location)) runner.warning(notCompiled(location));
  }
  return { version, ...written, node: packageJson.engines?.node ?? String(target.nodeMajor) };
}

async function appFiles({ own, installed }: ApiParts): Promise<BundledFile[]> {
  const files = await ownFiles(own);
  return unique([...files, ...(await inheritedSettings(own, files)), ...installed]);
}

/** The first of each name: a file of the commit before one that a script wrote. */
function unique(files: readonly BundledFile[]): BundledFile[] {
  return [...new Map([...files].reverse().map((file) => [file.name, file])).values()].reverse();
}

/** Reads each of the app's own files once: what it is, and what is wrong with it. */
async function readOwn(
  files: readonly BundledFile[],
  packages: readonly PlacedPackage[],
  { packageJson, apiPath }: Pick<ApiParts, "packageJson" | "apiPath">,
): Promise<{ readonly digests: string[]; readonly problems: string[] }> {
  const lines: string[] = [];
  const problems: string[] = [];
  const port = new PortSearch();
  let procfile: string | undefined;
  for (const file of files) {
    const content = await file.read();
    lines.push(digestLine(file, content));
    problems.push(
      ...preflight([{ ...file, content }], 0),
      ...execBitProblems(file),
      ...keyProblems(file.name, content),
    );
    problems.push(...locationProblems({ name: file.name, content }, apiPath));
    port.add(file.name, content);
    if (file.name === "Procfile") procfile = Buffer.from(content).toString("utf8");
  }
  const names = new Set(files.map(({ name }) => name));
  const app = { procfile, packageJson, has: (name: string) => names.has(name) };
  return { digests: lines, problems: [...problems, ...startProblems(app, packages), ...port.problems()] };
}

async function digests(files: readonly BundledFile[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) lines.push(digestLine(file, await file.read()));
  return lines;
}

function digestLine({ name, mode }: Pick<BundledFile, "name" | "mode">, content: Uint8Array): string {
  return `${name}\0${mode.toString(8)}\0${sha256(content)}\n`;
}

/**
 * First 12 hex of the sha256 over what the API is made from: its files and those of the repository's packages that it uses,
 * the lockfile, Node.js and the architecture. The packages themselves are left out: compiling them twice gives other bytes.
 */
function directoryVersion(lines: readonly string[], { lockfile, target, apiPath }: ApiParts): string {
  const location = versionedLocation(apiPath);
  const sorted = [...lines, digestLine(location, location.content)].sort((a, b) => (a < b ? -1 : 1));
  const made = `lockfile ${sha256(lockfile)}\nnode ${target.nodeMajor}\narchitecture ${target.architecture}\n`;
  return sha256(sorted.join("") + made).slice(0, 12);
}

function notCompiled(location: string): string {
  const name = location.split("node_modules/").at(-1);
  return `${name} has a part to compile that is not there: allow its install script (allowScripts of npm, onlyBuiltDependencies of pnpm)`;
}

function refused(folder: string, problems: readonly string[]): ActionError {
  const shown = problems.slice(0, 20);
  if (problems.length > shown.length) shown.push(`${problems.length - shown.length} more`);
  return new ActionError(
    "BuildFailed",
    `the API in "${folder}" would not run on Elastic Beanstalk: ${shown.join("; ")}`,
    { hint: "correct what is named above; .ebignore names files of the folder that are not to travel" },
  );
}
