import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JobState } from "./job-state.ts";
import type { Stop } from "./steps/step-process.ts";
import { runTool } from "./tool.ts";

/** Written into node_modules by whoever ran `npm ci`: the sha256 of the lockfile that it installed. */
const marker = join("node_modules", ".installed-lockfile");

/**
 * Links the dependencies that an earlier job installed from the same lockfile into the workspace, as hard links.
 * Resolves with a line for the log; undefined when there are none.
 */
export async function linkDependencies(state: JobState, stop: Stop): Promise<string | undefined> {
  const { workspace } = state.directories;
  const lockfile = lockfileDigest(workspace);
  if (lockfile === undefined) return undefined;
  const saved = savedFolder(state, lockfile);
  if (!existsSync(saved)) return undefined;
  const started = performance.now();
  // Not -a: the folders that are there already keep their times and modes.
  await runTool(state.run.services, "cp", ["-dRl", "--", `${saved}/.`, workspace], { cwd: workspace, stop });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return `Linked the dependencies of package-lock.json ${lockfile.slice(0, 12)} (${seconds} s)`;
}

/**
 * Keeps the dependencies that a job installed for the jobs after it. The workspace is at its end, so they are moved, not
 * copied; the folder gets its name when it is complete. Resolves with a line for the log; undefined when there is nothing
 * to keep.
 */
export async function keepDependencies(state: JobState): Promise<string | undefined> {
  const { workspace } = state.directories;
  const lockfile = lockfileDigest(workspace);
  if (lockfile === undefined || textOf(join(workspace, marker))?.trim() !== lockfile) return undefined;
  const saved = savedFolder(state, lockfile);
  if (existsSync(saved)) return undefined;
  const unfinished = join(dirname(saved), `.${lockfile}.${randomUUID()}`);
  try {
    for (const folder of dependencyFolders(workspace)) {
      await mkdir(dirname(join(unfinished, folder)), { recursive: true });
      await rename(join(workspace, folder), join(unfinished, folder));
    }
    await rename(unfinished, saved);
  } catch (error) {
    // Another job with the same lockfile was quicker: its folder is as good.
    if (!existsSync(saved)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return `Kept the dependencies of package-lock.json ${lockfile.slice(0, 12)} for the next jobs`;
}

function savedFolder(state: JobState, lockfile: string): string {
  return join(state.run.services.workDirectory, "dependencies", lockfile);
}

function lockfileDigest(workspace: string): string | undefined {
  const text = textOf(join(workspace, "package-lock.json"));
  return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
}

/** The node_modules folders that the lockfile installs into: the root's and those of workspaces. */
function dependencyFolders(workspace: string): readonly string[] {
  const { packages = {} } = JSON.parse(readFileSync(join(workspace, "package-lock.json"), "utf8")) as {
    packages?: Record<string, unknown>;
  };
  const folders = Object.keys(packages).flatMap(
    (path) => /^(?:.*?\/)?node_modules(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(["node_modules", ...folders])].filter((folder) => existsSync(join(workspace, folder)));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
