// The files of the API itself: those of the commit, and what its command wrote.
import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { ActionError } from "../../kit/errors.ts";
import { ebIgnored, trackedFiles, untrackedFiles } from "../../workspace/git-tree.ts";

export interface BundledFile {
  /** Path inside the bundle. */
  readonly name: string;
  readonly mode: number;
  read(): Promise<Uint8Array>;
}

/** What git does not track, by path, each with a mark that changes when the file is written. */
export async function untrackedState(workspace: string): Promise<ReadonlyMap<string, string>> {
  const paths = await untrackedFiles(workspace);
  const states = await Promise.all(
    paths.map(async (path) => {
      const state = await lstat(join(workspace, path), { bigint: true }).catch(() => undefined);
      return [path, state && `${state.ino} ${state.size} ${state.mtimeNs} ${state.ctimeNs}`] as const;
    }),
  );
  return new Map(states.flatMap(([path, state]) => (state === undefined ? [] : [[path, state] as const])));
}

/** Paths that were written between two states. */
export function writtenBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
}

export interface OwnFolder {
  readonly workspace: string;
  /** Relative to the workspace; "." is all of it. */
  readonly folder: string;
  /** What its command wrote, relative to the workspace. */
  readonly written: readonly string[];
  /** Folders in it that belong to others, relative to the workspace. */
  readonly others: readonly string[];
}

/** The files of a folder as they go into a bundle below `prefix`; what `.ebignore` names is left out. */
export async function ownFiles(own: OwnFolder, prefix = ""): Promise<BundledFile[]> {
  const { workspace, folder, written, others } = own;
  const start = folder === "." ? "" : `${folder}/`;
  const [tracked, ignored] = await Promise.all([trackedFiles(workspace, folder), ebIgnored(workspace)]);
  const left = new Set(ignored);
  const isOurs = (path: string): boolean =>
    path.startsWith(start) &&
    !path.startsWith(".github/") &&
    !others.some((other) => path.startsWith(`${other}/`)) &&
    !left.has(path);
  const paths = [...new Set([...tracked, ...written])].filter(isOurs);
  const files = await Promise.all(
    paths.map((path) => bundledFile(workspace, path, `${prefix}${path.slice(start.length)}`)),
  );
  return files.filter((file) => file !== undefined);
}

/** Elastic Beanstalk's own folders: those of the repository's root where the API's folder has none. */
export async function inheritedSettings(
  own: OwnFolder,
  files: readonly BundledFile[],
): Promise<BundledFile[]> {
  const missing = [".ebextensions", ".platform"].filter(
    (name) => !files.some((file) => file.name.startsWith(`${name}/`)),
  );
  const found = await Promise.all(
    missing.map((name) => ownFiles({ ...own, folder: name, written: [], others: [] }, `${name}/`)),
  );
  return found.flat();
}

/** undefined for what the commit has and the disk has not, and for submodules that are not checked out. */
async function bundledFile(workspace: string, path: string, name: string): Promise<BundledFile | undefined> {
  const file = join(workspace, path);
  const link = await lstat(file).catch(() => undefined);
  if (link === undefined || link.isDirectory()) return undefined;
  const target = link.isSymbolicLink() ? await linkTarget(workspace, path) : file;
  const { mode } = await stat(target);
  return { name, mode: (mode & 0o111) === 0 ? 0o644 : 0o755, read: () => readFile(target) };
}

/** A bundle holds no links, so the file that one leads to travels in its place. */
async function linkTarget(workspace: string, path: string): Promise<string> {
  const target = await realpath(join(workspace, path)).catch(() => undefined);
  const inside = target !== undefined && !relative(await realpath(workspace), target).startsWith("..");
  if (target !== undefined && inside && (await stat(target)).isFile()) return target;
  throw new ActionError("BuildFailed", `"${path}" is a link that leads to no file of the repository`, {
    hint: "a bundle holds no links: put the file itself there, or name the link in .ebignore",
  });
}
