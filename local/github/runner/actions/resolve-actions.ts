import type { RunnerServices } from "../../runner-services.ts";
import type { Stop } from "../steps/step-process.ts";
import { type ActionReference, builtInNames, type UsesStep, type Workflow } from "../workflow/model.ts";
import { type Problem, WorkflowFileError } from "../workflow/problems.ts";
import { type ActionMetadata, readActionMetadata } from "./action-metadata.ts";
import { type Commit, unpackCommit } from "./action-tree.ts";

/**
 * The actions of this repository and of others that the workflow uses, read from their commits, by what `uses` says. Throws a `WorkflowFileError` that lists
 * every action that cannot run and every step that gives an action inputs which it does not declare, or leaves out
 * required ones: GitHub warns of the first and says nothing of the second, and both are mistakes.
 */
export async function resolveActions(
  workflow: Workflow,
  sha: string,
  services: RunnerServices,
  stop: Stop,
): Promise<ReadonlyMap<string, ActionMetadata>> {
  const actions = new Map<string, ActionMetadata>();
  const steps = workflow.jobs.flatMap((job) => job.steps).filter((step) => step.kind === "uses");
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { uses, place } of steps) {
    if (uses.kind === "built-in" || seen.has(uses.text)) continue;
    seen.add(uses.text);
    const user = { ...place, key: `${place.key}.uses` };
    const commit = commitOf(uses, sha, services);
    if (commit === undefined) {
      problems.push({ ...user, message: unknownAction(uses.text) });
      continue;
    }
    const tree = await unpackCommit(services.machine, commit, stop).catch((error: unknown) => {
      if (uses.kind === "repository") throw error;
      problems.push({ ...user, message: `"${uses.repository}" has no branch, tag or commit "${uses.ref}"` });
    });
    const metadata = tree && readActionMetadata(tree, uses.path, user, problems);
    if (metadata) actions.set(uses.text, metadata);
  }
  for (const step of steps) {
    const action = actions.get(step.uses.text);
    if (action !== undefined) problems.push(...inputProblems(step, action));
  }
  if (problems.length > 0) throw new WorkflowFileError(problems);
  return actions;
}

function commitOf(
  uses: Exclude<ActionReference, { kind: "built-in" }>,
  sha: string,
  { repository: { gitDirectory }, repositories = {} }: RunnerServices,
): Commit | undefined {
  if (uses.kind === "repository") return { gitDirectory, revision: sha };
  const name = Object.keys(repositories).find((one) => one.toLowerCase() === uses.repository.toLowerCase());
  return name === undefined ? undefined : { gitDirectory: repositories[name] as string, revision: uses.ref };
}

function unknownAction(text: string): string {
  const provided = builtInNames.map((name) => `actions/${name}@…`).join(", ");
  return `action "${text}" is not known to this runner; it has $/path, ${provided}`;
}

function inputProblems(step: UsesStep, action: ActionMetadata): readonly Problem[] {
  const known = Object.keys(action.inputs);
  const unknown = Object.entries(step.with)
    .filter(([name]) => !known.includes(name))
    .map(([name, { place }]) => ({
      ...place,
      message: `action "${step.uses.text}" has no input "${name}"; its inputs: ${known.join(", ") || "none"}`,
    }));
  const missing = Object.entries(action.inputs)
    .filter(([name, input]) => input.required && input.default === undefined && !(name in step.with))
    .map(([name]) => ({
      ...step.place,
      key: `${step.place.key}.with`,
      message: `input "${name}" of action "${step.uses.text}" is required`,
    }));
  return [...unknown, ...missing];
}
