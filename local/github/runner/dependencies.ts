import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Machine } from "../runner-services.ts";
import type { JobState } from "./job-state.ts";
import type { Stop } from "./steps/step-process.ts";
import { runTool } from "./tool.ts";
import { unfinishedPrefix } from "./work-directory.ts";

/** Written into node_modules by whoever ran `npm ci`: the sha256 of the lockfile that it installed. */
const marker = join("node_modules", ".installed-lockfile");

/** Files that npm and the marker's writer change in place: each copy of node_modules has its own. */
const changedInPlace = [marker, join("node_modules", ".package-lock.json")];

/**
 * Keeps the dependencies that a job installed for the jobs after it. The workspace is at its end, so they are moved, not
 * copied. Resolves with a line for the log; undefined when there is nothing to keep.
 */
export async function keepDependencies(state: JobState): Promise<string | undefined> {
  const { workspace } = state.directories;
  const lockfile = installedLockfile(workspace);
  if (lockfile === undefined) return undefined;
  const kept = await keep(state.run.services.machine, workspace, lockfile, (from, to) => rename(from, to));
  return kept
    ? `Kept the dependencies of package-lock.json ${lockfile.slice(0, 12)} for the next jobs`
    : undefined;
}

/**
 * Gives jobs the dependencies that are installed in a clone, as hard links, so that not even the first job has to install.
 * Resolves with whether there is something to give that was not there; never rejects for folders that cannot be linked.
 */
export async function seedDependencies(clone: string, store: Machine): Promise<boolean> {
  const lockfile = installedLockfile(clone);
  if (lockfile === undefined) return false;
  const stop = { cancel: new AbortController().signal, kill: new AbortController().signal };
  const link = (from: string, to: string): Promise<void> => linkTree(store, from, to, stop);
  return keep(store, clone, lockfile, link).catch(() => false);
}

/** Keeps a clone's node_modules folders under the lockfile's digest: whole or not at all, also after a kill. */
async function keep(
  store: Machine,
  clone: string,
  lockfile: string,
  bring: (from: string, to: string) => Promise<void>,
): Promise<boolean> {
  const kept = keptFolder(store, lockfile);
  if (existsSync(kept)) return false;
  const unfinished = join(dirname(kept), `${unfinishedPrefix}${randomUUID()}`);
  try {
    for (const folder of dependencyFolders(clone)) {
      await mkdir(dirname(join(unfinished, folder)), { recursive: true });
      await bring(join(clone, folder), join(unfinished, folder));
    }
    await separate(unfinished, unfinished);
    await rename(unfinished, kept);
    return true;
  } catch (error) {
    // Another job with the same lockfile was quicker: its folder is as good.
    if (existsSync(kept)) return false;
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Not `cp -a`: folders that are there already keep their times and modes. */
async function linkTree(store: Machine, from: string, to: string, stop: Stop): Promise<void> {
  await runTool(store, "cp", ["-dRl", "--", from, to], { cwd: dirname(to), stop });
}

/** Replaces the links of files that are changed in place by files of their own. */
async function separate(from: string, to: string): Promise<void> {
  for (const file of changedInPlace) {
    if (!existsSync(join(from, file))) continue;
    const copy = `${join(to, file)}.own`;
    await copyFile(join(from, file), copy);
    await rename(copy, join(to, file));
  }
}

function keptFolder(store: Machine, lockfile: string): string {
  return join(store.workDirectory, "dependencies", lockfile);
}

function lockfileDigest(clone: string): string | undefined {
  const text = textOf(join(clone, "package-lock.json"));
  return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
}

/** The digest of the lockfile, if it is what is installed. */
function installedLockfile(clone: string): string | undefined {
  const lockfile = lockfileDigest(clone);
  return lockfile !== undefined && textOf(join(clone, marker))?.trim() === lockfile ? lockfile : undefined;
}

/** The node_modules folders that the lockfile installs into: the root's and those of workspaces. */
function dependencyFolders(clone: string): readonly string[] {
  const { packages = {} } = JSON.parse(readFileSync(join(clone, "package-lock.json"), "utf8")) as {
    packages?: Record<string, unknown>;
  };
  const folders = Object.keys(packages).flatMap(
    (path) => /^(?:.*?\/)??node_modules(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(["node_modules", ...folders])].filter((folder) => existsSync(join(clone, folder)));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
