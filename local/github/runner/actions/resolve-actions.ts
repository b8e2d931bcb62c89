import type { RunnerServices } from "../../runner-services.ts";
import { isKnown, type Revision, resolveRevision } from "../repositories.ts";
import type { Stop } from "../steps/step-process.ts";
import { stepsOf } from "../workflow/check-references.ts";
import { builtInNames, type UsesStep, type Workflow } from "../workflow/model.ts";
import { type Problem, WorkflowFileError } from "../workflow/problems.ts";
import { type ActionMetadata, readActionMetadata } from "./action-metadata.ts";
import { unpackCommit } from "./action-tree.ts";

/**
 * The actions that the workflow uses, of the repository and commit that it is of itself and of others, by what `uses` says. Throws a
 * `WorkflowFileError` that lists every action that cannot run and every step that gives an action inputs which it does not
 * declare, or leaves out required ones: GitHub warns of the first and says nothing of the second, and both are mistakes.
 */
export async function resolveActions(
  workflow: Workflow,
  own: Revision,
  services: RunnerServices,
  stop: Stop,
): Promise<ReadonlyMap<string, ActionMetadata>> {
  const actions = new Map<string, ActionMetadata>();
  const steps = workflow.jobs.flatMap(stepsOf).filter((step) => step.kind === "uses");
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { uses, place } of steps) {
    if (uses.kind === "built-in" || seen.has(uses.text)) continue;
    seen.add(uses.text);
    const user = { ...place, key: `${place.key}.uses` };
    if (uses.kind === "elsewhere" && !isKnown(services, uses.repository)) {
      problems.push({
        ...user,
        message: `action "${uses.text}" is not known to this runner; it has ${provided}`,
      });
      continue;
    }
    const revision =
      uses.kind === "repository"
        ? own
        : await resolveRevision(services, uses, stop).catch((error: Error) => {
            stop.cancel.throwIfAborted();
            problems.push({ ...user, message: error.message });
          });
    if (!revision) continue;
    const tree = await unpackCommit(services.machine, revision, stop);
    const metadata = readActionMetadata(tree, uses.path, user, problems);
    if (metadata) actions.set(uses.text, metadata);
  }
  for (const step of steps) {
    const action = actions.get(step.uses.text);
    if (action !== undefined) problems.push(...inputProblems(step, action));
  }
  if (problems.length > 0) throw new WorkflowFileError(problems);
  return actions;
}

const provided = ["$/path", ...builtInNames.map((name) => `actions/${name}@…`)].join(", ");

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
