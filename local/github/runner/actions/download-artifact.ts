import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BuiltInExecution } from "./built-in-execution.ts";
import { booleanInput, integerInput } from "./inputs.ts";

/**
 * actions/download-artifact: one artifact by name into `path`, or all that fit `pattern`, each into a folder of its own
 * unless they are to be merged.
 */
export async function downloadArtifact(execution: BuiltInExecution): Promise<void> {
  const { state, output, input } = execution;
  const { services, request } = state.run;
  const runId = input("run-id") === "" ? request.head.id : integerInput(execution, "run-id");
  if (runId !== request.head.id && input("github-token") === "") {
    throw new Error('input "run-id" names another run, which needs the input "github-token" as well');
  }
  const folder = resolve(state.directories.workspace, input("path"));
  const merge = booleanInput(execution, "merge-multiple");
  const load = async (name: string, into: string): Promise<void> => {
    await mkdir(into, { recursive: true });
    await services.artifacts.load({ runId, name, into });
    output.line(`Artifact ${name} into ${into}`);
  };
  if (input("name") !== "") await load(input("name"), folder);
  else {
    const pattern = input("pattern");
    const names = (await services.artifacts.list(runId)).filter((name) => matchesName(pattern || "*", name));
    if (names.length === 0) output.line(`Run ${runId} has no artifact that fits "${pattern || "*"}"`);
    await mkdir(folder, { recursive: true });
    for (const name of names) await load(name, merge ? folder : join(folder, name));
  }
  execution.setOutput("download-path", folder);
}

function matchesName(pattern: string, name: string): boolean {
  const expression = pattern
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : part.replace(/[.+^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${expression.join("")}$`, "s").test(name);
}
