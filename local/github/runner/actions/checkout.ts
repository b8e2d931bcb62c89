import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { runGit } from "../tool.ts";
import type { BuiltInExecution } from "./built-in-execution.ts";
import { booleanInput, integerInput } from "./inputs.ts";

/** What is to be checked out. */
interface Target {
  readonly sha: string;
  /** Where the fetched commit is noted, e.g. refs/remotes/origin/main. */
  readonly tracking: string;
  /** The branch to be on; undefined for a detached HEAD. */
  readonly branch: string | undefined;
}

/** actions/checkout: a real clone of the local repository. It holds no credentials, whatever `persist-credentials` says. */
export async function checkout(execution: BuiltInExecution): Promise<void> {
  const { state, output, stop } = execution;
  const { repository, machine } = state.run.services;
  const depth = integerInput(execution, "fetch-depth");
  booleanInput(execution, "persist-credentials");
  const { workspace } = state.directories;
  const folder = resolve(workspace, execution.input("path"));
  if (folder !== workspace && !folder.startsWith(workspace + sep)) {
    throw new Error(`input "path" must lead into the workspace, not to "${folder}"`);
  }
  const target = await resolveTarget(execution);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  const git = (...args: string[]) => runGit(machine, args, { cwd: folder, stop });
  await git("init", "--quiet", "--initial-branch=main");
  // Objects are read from the repository itself: nothing is copied.
  const alternates = join(folder, ".git", "objects", "info", "alternates");
  await writeFile(alternates, `${repository.gitDirectory}/objects\n`);
  // What was pushed from a shallow clone ends where that clone did.
  const boundary = join(repository.gitDirectory, "shallow");
  if (existsSync(boundary)) await copyFile(boundary, join(folder, ".git", "shallow"));
  await git("remote", "add", "origin", repository.gitDirectory);
  if (depth === 1) {
    // The objects are there already: to have one commit without its history is to say so.
    await writeFile(join(folder, ".git", "shallow"), `${target.sha}\n`);
  } else await git("fetch", "--quiet", "--no-auto-maintenance", ...refsToFetch(target, depth));
  await git("update-ref", target.tracking, target.sha);
  const where = target.branch === undefined ? ["--detach"] : ["-B", target.branch];
  await git("checkout", "--quiet", "--force", ...where, target.tracking);
  output.line(`Checked out ${target.sha}${target.branch === undefined ? "" : ` as ${target.branch}`}`);
  execution.setOutput("ref", execution.input("ref") || state.run.request.head.ref);
  execution.setOutput("commit", target.sha);
}

/** Everything, or the history of one commit as deep as asked for. */
function refsToFetch({ sha, tracking }: Target, depth: number): readonly string[] {
  if (depth === 0) return ["origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  return ["--no-tags", `--depth=${depth}`, "origin", `+${sha}:${tracking}`];
}

async function resolveTarget({ state, input, stop }: BuiltInExecution): Promise<Target> {
  const { head } = state.run.request;
  const asked = input("ref");
  if (asked === "" || asked === head.ref) return targetOf(head.ref, head.sha);
  const { repository, machine } = state.run.services;
  const candidates = asked.startsWith("refs/") ? [asked] : [`refs/heads/${asked}`, `refs/tags/${asked}`];
  if (/^[0-9a-f]{40}$/i.test(asked)) candidates.unshift(asked);
  for (const candidate of candidates) {
    const args = [
      `--git-dir=${repository.gitDirectory}`,
      "rev-parse",
      "--quiet",
      "--verify",
      `${candidate}^{commit}`,
    ];
    const [sha] = await runGit(machine, args, { cwd: state.directories.root, stop }).catch(() => []);
    if (sha !== undefined) return targetOf(candidate, sha);
  }
  throw new Error(`input "ref": "${asked}" is no branch, tag or full commit id of ${repository.name}`);
}

function targetOf(ref: string, sha: string): Target {
  const [, kind, name = ""] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref) ?? [];
  if (kind === "heads") return { sha, tracking: `refs/remotes/origin/${name}`, branch: name };
  if (kind === "tags") return { sha, tracking: `refs/tags/${name}`, branch: undefined };
  return {
    sha,
    tracking: `refs/remotes/${kind === "pull" ? `pull/${name}` : "origin/detached"}`,
    branch: undefined,
  };
}
