import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import type { WorkflowRun } from "../kit/workflow-run.ts";
import { changedFiles, stagedFiles } from "./git-tree.ts";
import { lockfilePathspecs } from "./lockfile.ts";

/** What a result is made from. */
export interface Origins {
  /** Git pathspecs of the files that are read. */
  readonly paths: readonly string[];
  /** The settings that it depends on. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `import.meta.url` of the module that makes it. */
  readonly maker: string;
}

export interface ReuseKey {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /** How many files match the paths. */
  readonly files: number;
  /** Files that were read and differ from the commit: the key does not describe them. */
  readonly changed: readonly string[];
}

/**
 * The key of what a build or a suite makes, under which a later run finds it instead of making it again.
 *
 * | part | how the key holds it |
 * |---|---|
 * | files that match `paths` | name, mode and git blob id |
 * | installed packages | every lockfile, whether `paths` name it or not |
 * | settings | their JSON |
 * | the action itself | bytes of `maker`: in a bundle its chunks are named by their content, run from source it is that file alone |
 * | the runner | platform and architecture |
 * | programs on the runner, environment variables, the network | not at all |
 *
 * Throws `InvalidInputs` when the paths match nothing, which would be one key for everything.
 */
export async function reuseKey(workspace: string, { paths, settings, maker }: Origins): Promise<ReuseKey> {
  const packages = lockfilePathspecs;
  const [files, locked, changed, code] = await Promise.all([
    stagedFiles(workspace, paths),
    stagedFiles(workspace, packages),
    Promise.all([changedFiles(workspace, paths), changedFiles(workspace, packages)]),
    readFile(fileURLToPath(maker)),
  ]);
  if (files.length === 0) {
    throw new ActionError(
      "InvalidInputs",
      `input "paths" matches no file of the commit: ${paths.join(", ")}`,
      { hint: "give git pathspecs, one per line, relative to the repository's root" },
    );
  }
  const parts = [
    sha256(code),
    JSON.stringify(settings),
    process.platform,
    process.arch,
    ...locked,
    "",
    ...files,
  ];
  return {
    key: sha256(parts.join("\0")).slice(0, 32),
    files: files.length,
    changed: [...new Set(changed.flat())],
  };
}

/** The artifact's name: `<kind>-<key>`. A workspace that differs from its commit gets one that no later run looks for. */
export function resultName(
  kind: string,
  { key, changed }: ReuseKey,
  { runId, runAttempt }: Pick<WorkflowRun, "runId" | "runAttempt">,
): string {
  return changed.length === 0 ? `${kind}-${key}` : `${kind}-of-run-${runId}-${runAttempt}`;
}
