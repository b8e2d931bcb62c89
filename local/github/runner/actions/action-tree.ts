import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../runner-services.ts";
import type { Revision } from "../repositories.ts";
import type { Stop } from "../steps/step-process.ts";
import { runGit } from "../tool.ts";

/**
 * The files of a commit, unpacked once for all commits with the same files: what `uses` reads. Whole or absent, also
 * after a kill: the folder gets its name when it is complete.
 */
export async function unpackCommit(
  machine: Machine,
  { gitDirectory, sha }: Pick<Revision, "gitDirectory" | "sha">,
  stop: Stop,
): Promise<string> {
  const folder = join(machine.workDirectory, "actions");
  const id = await treeOf(machine, { gitDirectory, sha }, stop);
  const tree = join(folder, id);
  if (existsSync(tree)) return tree;
  const unfinished = join(folder, `.${id}.${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  const index = `${unfinished}.index`;
  const git = (...args: string[]) =>
    runGit(machine, [`--git-dir=${gitDirectory}`, `--work-tree=${unfinished}`, ...args], {
      cwd: unfinished,
      stop,
      env: { GIT_INDEX_FILE: index },
    });
  try {
    await git("read-tree", id);
    await git("checkout-index", "--all", "--force");
    await rename(unfinished, tree);
  } catch (error) {
    // Another run of the same commit was quicker: its folder is as good.
    if (!existsSync(tree)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(index, { force: true });
  }
  return tree;
}

async function treeOf(
  machine: Machine,
  { gitDirectory, sha }: Pick<Revision, "gitDirectory" | "sha">,
  stop: Stop,
): Promise<string> {
  const args = [`--git-dir=${gitDirectory}`, "rev-parse", "--verify", "--end-of-options", `${sha}^{tree}`];
  const [id = ""] = await runGit(machine, args, { cwd: machine.workDirectory, stop });
  return id;
}
