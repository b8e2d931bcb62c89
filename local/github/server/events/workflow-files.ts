import { toValue } from "../../runner/expressions/data.ts";
import { evaluateText } from "../../runner/expressions/template.ts";
import type { Workflow } from "../../runner/workflow/model.ts";
import { parseWorkflow } from "../../runner/workflow/parse-workflow.ts";
import { WorkflowFileError } from "../../runner/workflow/problems.ts";
import { filesIn, readBlobs } from "../git/files.ts";
import type { Git } from "../git/git.ts";

/** A workflow file at a commit, and what it means or what is wrong with it. */
export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
  readonly parsed: Workflow | WorkflowFileError;
}

const folder = ".github/workflows";

/** The workflow files of a commit, by path. */
export async function workflowFilesAt(git: Git, commit: string): Promise<readonly WorkflowFile[]> {
  const files = (await filesIn(git, commit, folder)).filter(({ path }) => /\.ya?ml$/.test(path));
  const contents = await readBlobs(
    git,
    files.map(({ sha }) => sha),
  );
  return files.map(({ path }, index) => {
    const text = contents[index]?.toString("utf8") ?? "";
    return { path, text, parsed: parse(text, path) };
  });
}

function parse(text: string, path: string): Workflow | WorkflowFileError {
  try {
    return parseWorkflow(text, path);
  } catch (error) {
    if (error instanceof WorkflowFileError) return error;
    throw error;
  }
}

export function isValid(file: WorkflowFile): file is WorkflowFile & { readonly parsed: Workflow } {
  return !(file.parsed instanceof WorkflowFileError);
}

/** The name that GitHub shows: the path where the file has none, or cannot be read. */
export function workflowName(file: WorkflowFile): string {
  return isValid(file) ? file.parsed.name : file.path;
}

/** Whether the workflow asks which paths changed: only then is it worth finding out. */
export function asksForPaths({ triggers: { push, pullRequest } }: Workflow): boolean {
  return [push?.paths, pullRequest?.paths].some(
    (filter) => filter?.only !== undefined || filter?.ignore !== undefined,
  );
}

/** The run's title by `run-name`; the fallback where the workflow has none. */
export function runTitle(
  workflow: Workflow,
  contexts: Readonly<Record<"github" | "inputs" | "vars", unknown>>,
  fallback: string,
): string {
  if (workflow.runName === undefined) return fallback;
  const values = new Map(Object.entries(contexts).map(([name, value]) => [name, toValue(value)]));
  return evaluateText(workflow.runName, { contexts: values, functions: new Map() }).trim() || fallback;
}
