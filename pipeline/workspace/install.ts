import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { trackedFiles } from "./git-tree.ts";
import { findLockfile, type Lockfile, lockfilePathspecs } from "./lockfile.ts";
import { type PackageManager, providePackageManager } from "./package-manager.ts";

/** What is installed, and what a command needs to find it. */
export interface Installed {
  /** PATH that has the package managers that the lockfiles are of. */
  readonly path: string;
  /** Whether anything had to be installed. */
  readonly installed: boolean;
}

/**
 * Installs the packages of every folder given, each where its lockfile lies, unless what is installed there is what the
 * lockfile names. The marker in node_modules is the one that `scripts/prepare.mjs` writes, so that one install serves both.
 * `env` is added to the environment of the package managers.
 */
export async function installDependencies(
  context: ActionContext,
  folders: readonly string[] | undefined = undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<Installed> {
  const { workspace } = context.run;
  const lockfiles = await lockfilesOf(workspace, folders);
  let path = env.PATH ?? context.env.PATH ?? "";
  let installed = false;
  for (const lockfile of lockfiles) {
    const manager = await providePackageManager(workspace, lockfile, path, context);
    path = manager.path;
    if (await installOne(lockfile, manager, env, context)) installed = true;
  }
  return { path, installed };
}

/** Those of the folders; where none are given the workspace's own, else those of the folders directly in it. */
async function lockfilesOf(workspace: string, folders: readonly string[] | undefined): Promise<Lockfile[]> {
  const own = findLockfile(workspace, ".");
  const wanted = folders ?? (own ? ["."] : await foldersWithLockfile(workspace));
  const found = new Map<string, Lockfile>();
  for (const folder of wanted) {
    const lockfile = findLockfile(workspace, folder);
    if (lockfile) found.set(lockfile.folder, lockfile);
    else if (await hasPackages(workspace, folder)) throw noLockfile(folder === "." ? workspace : folder);
  }
  if (folders === undefined && found.size === 0) throw noLockfile(workspace);
  return [...found.values()];
}

function noLockfile(folder: string): ActionError {
  return new ActionError("DependenciesNotInstalled", `"${folder}" has no lockfile`, {
    hint: "check the repository out before this step, and commit package-lock.json, pnpm-lock.yaml or yarn.lock",
  });
}

async function foldersWithLockfile(workspace: string): Promise<readonly string[]> {
  const inFolders = lockfilePathspecs.map((pathspec) => pathspec.replace("**/", "*/"));
  const found = await Promise.all(inFolders.map((pathspec) => trackedFiles(workspace, pathspec)));
  return [...new Set(found.flat().map((path) => path.slice(0, path.lastIndexOf("/"))))].sort();
}

async function hasPackages(workspace: string, folder: string): Promise<boolean> {
  const text = await readFile(join(workspace, folder, "package.json"), "utf8").catch(() => "{}");
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<string, object | undefined>;
  return Object.keys({ ...dependencies, ...devDependencies }).length > 0;
}

const commands: Readonly<Record<string, readonly string[]>> = {
  npm: ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
  pnpm: ["install", "--frozen-lockfile", "--prod=false"],
  yarn: ["install", "--frozen-lockfile", "--production=false", "--non-interactive"],
  "yarn berry": ["install", "--immutable"],
};

async function installOne(
  { folder, name }: Lockfile,
  manager: PackageManager,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<boolean> {
  const directory = join(context.run.workspace, folder);
  const wanted = sha256(await readFile(join(directory, name)));
  const marker = join(directory, "node_modules", ".installed-lockfile");
  const there = await readFile(marker, "utf8").catch(() => "");
  if (there.trim() === wanted) return false;
  const kind = manager.name === "yarn" && !manager.version.startsWith("1.") ? "yarn berry" : manager.name;
  await runManager(commands[kind] ?? [], manager, directory, env, context);
  if (existsSync(join(directory, "node_modules"))) await writeFile(marker, `${wanted}\n`);
  return true;
}

/** Runs a package manager in a folder. Throws `DependenciesNotInstalled` with its exit code. */
export async function runManager(
  args: readonly string[],
  { name, path }: PackageManager,
  directory: string,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<void> {
  const code = await context.runner.group("Install", () =>
    runCommand(
      {
        command: name,
        args,
        cwd: directory,
        env: { ...env, PATH: path, CI: "true" },
        onLine: (line) => context.runner.info(line),
      },
      context,
    ),
  );
  if (code === 0) return;
  const command = `${name} ${args[0]}`;
  throw new ActionError("DependenciesNotInstalled", `\`${command}\` failed with exit code ${code}`, {
    hint: `read its messages above; run \`${command}\` in a fresh clone to see the same`,
  });
}
