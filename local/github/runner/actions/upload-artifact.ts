import { dirname, relative } from "node:path";
import { commonAncestor, findFiles } from "../glob.ts";
import type { BuiltInExecution } from "./built-in-execution.ts";
import { booleanInput, integerInput } from "./inputs.ts";

/** What GitHub keeps artifacts for when the workflow says nothing. */
const defaultRetentionDays = 90;

/** actions/upload-artifact: finds the files and hands them to the artifact store, with the paths that GitHub gives them. */
export async function uploadArtifact(execution: BuiltInExecution): Promise<void> {
  const { state, output, input } = execution;
  const { request, services } = state.run;
  const name = input("name");
  checkName(name);
  const found = findFiles(input("path").split("\n"), {
    root: state.directories.workspace,
    hidden: booleanInput(execution, "include-hidden-files"),
  });
  if (found.files.length === 0) {
    reportNothing(execution);
    return;
  }
  const root = rootOf(found.searchPaths, found.files);
  const { id, digest, bytes } = await services.artifacts.save({
    run: request.head,
    name,
    root,
    files: found.files.map((file) => relative(root, file)),
    overwrite: booleanInput(execution, "overwrite"),
    retentionDays: integerInput(execution, "retention-days") || defaultRetentionDays,
  });
  const { serverUrl, name: repository } = services.repository;
  output.line(`Artifact ${name}: ${found.files.length} files, ${bytes} bytes, id ${id}`);
  execution.setOutput("artifact-id", String(id));
  execution.setOutput("artifact-digest", digest.replace(/^sha256:/, ""));
  execution.setOutput(
    "artifact-url",
    `${serverUrl}/${repository}/actions/runs/${request.head.id}/artifacts/${id}`,
  );
}

/**
 * The folder that artifact paths start from: what the one path names up to its first wildcard, the folder of a single
 * file, or what several paths have in common.
 */
function rootOf(searchPaths: readonly string[], files: readonly string[]): string {
  const [only = ""] = searchPaths;
  if (searchPaths.length > 1) return commonAncestor(searchPaths);
  return files.length === 1 && files[0] === only ? dirname(only) : only;
}

function reportNothing({ input, output }: BuiltInExecution): void {
  const message = `no files were found with the path "${input("path")}"; no artifact is uploaded`;
  const policy = input("if-no-files-found");
  if (policy === "error") throw new Error(message);
  if (policy === "warn") output.warning(message);
  else if (policy === "ignore") output.line(message);
  else throw new Error(`input "if-no-files-found" must be warn, error or ignore, not "${policy}"`);
}

/** https://github.com/actions/toolkit/blob/main/packages/artifact/docs/additional-information.md */
function checkName(name: string): void {
  const wrong = /["\\/:<>|*?\r\n]/.exec(name)?.[0];
  if (name === "" || wrong !== undefined) {
    throw new Error(
      `input "name": "${name}" is no artifact name${wrong === undefined ? "" : `, for its "${wrong}"`}`,
    );
  }
}
