import type { RunnerServices } from "../../runner-services.ts";
import type { Stop } from "../steps/step-process.ts";
import type { UsesStep, Workflow } from "../workflow/model.ts";
import { type Problem, WorkflowFileError } from "../workflow/problems.ts";
import { type ActionMetadata, readActionMetadata } from "./action-metadata.ts";
import { unpackCommit } from "./action-tree.ts";

/**
 * The repository's own actions that the workflow uses, read from the commit. Throws a `WorkflowFileError` that lists
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
  const own = steps.filter(({ uses }) => uses.kind === "repository");
  if (own.length === 0) return actions;
  const tree = await unpackCommit(services, sha, stop);
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { uses, place } of own) {
    if (uses.kind !== "repository" || seen.has(uses.path)) continue;
    seen.add(uses.path);
    const user = { ...place, key: `${place.key}.uses` };
    const metadata = readActionMetadata(tree, uses.path, user, problems);
    if (metadata !== undefined) actions.set(uses.path, metadata);
  }
  for (const step of own) {
    const action = step.uses.kind === "repository" ? actions.get(step.uses.path) : undefined;
    if (action !== undefined) problems.push(...inputProblems(step, action));
  }
  if (problems.length > 0) throw new WorkflowFileError(problems);
  return actions;
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
