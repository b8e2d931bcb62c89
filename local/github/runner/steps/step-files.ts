import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseKeyValues, parsePathLines } from "./environment-file.ts";

/** The files by which a step talks to the job: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files */
export interface StepFiles {
  readonly variables: Readonly<Record<string, string>>;
  /** Reads and removes the files. */
  collect(): StepFileContents;
}

interface StepFileContents {
  readonly env: readonly (readonly [string, string])[];
  readonly outputs: readonly (readonly [string, string])[];
  readonly state: readonly (readonly [string, string])[];
  readonly paths: readonly string[];
  readonly summary: string;
  /** What of the above cannot be understood: the step fails. */
  readonly problems: readonly string[];
  /** Why the summary is dropped, which does not fail the step. */
  readonly summaryProblem: string | undefined;
}

/** GitHub drops larger summaries and says so; the step's result does not change. */
const largestSummary = 1024 * 1024;

/** Names that a step may not give to the steps after it: they would change how those start. */
const forbiddenVariables = ["NODE_OPTIONS"];

export function createStepFiles(folder: string): StepFiles {
  mkdirSync(folder, { recursive: true });
  const id = randomUUID();
  const paths = {
    GITHUB_ENV: join(folder, `set_env_${id}`),
    GITHUB_OUTPUT: join(folder, `set_output_${id}`),
    GITHUB_PATH: join(folder, `add_path_${id}`),
    GITHUB_STATE: join(folder, `save_state_${id}`),
    GITHUB_STEP_SUMMARY: join(folder, `step_summary_${id}`),
  };
  for (const path of Object.values(paths)) writeFileSync(path, "");
  return {
    variables: paths,
    collect: () => {
      const problems: string[] = [];
      const read = <T>(name: keyof typeof paths, parse: (text: string) => readonly T[]): readonly T[] => {
        try {
          return parse(textOf(paths[name]));
        } catch (error) {
          problems.push(`$${name} cannot be read: ${error instanceof Error ? error.message : error}`);
          return [];
        }
      };
      const env = read("GITHUB_ENV", parseKeyValues);
      const outputs = read("GITHUB_OUTPUT", parseKeyValues);
      const state = read("GITHUB_STATE", parseKeyValues);
      const added = read("GITHUB_PATH", parsePathLines);
      for (const [name] of env) {
        if (forbiddenVariables.includes(name.toUpperCase())) problems.push(`$GITHUB_ENV may not set ${name}`);
      }
      const summary = textOf(paths.GITHUB_STEP_SUMMARY);
      const bytes = Buffer.byteLength(summary);
      for (const path of Object.values(paths)) rmSync(path, { recursive: true, force: true });
      return {
        env: env.filter(([name]) => !forbiddenVariables.includes(name.toUpperCase())),
        outputs,
        state,
        paths: added,
        summary: bytes > largestSummary ? "" : summary,
        problems,
        summaryProblem:
          bytes > largestSummary
            ? `$GITHUB_STEP_SUMMARY upload aborted, supports content up to 1024k, got ${Math.ceil(bytes / 1024)}k`
            : undefined,
      };
    },
  };
}

/** A step may remove its files; that says nothing. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
