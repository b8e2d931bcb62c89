import type { ActionMetadata } from "./actions/action-metadata.ts";
import { evaluateText, type Template } from "./expressions/template.ts";
import { type JobState, stepScope } from "./job-state.ts";
import type { Stage } from "./steps/execution.ts";
import type { StepTask } from "./steps/run-step.ts";
import type { ActionReference, Step, StepsJob } from "./workflow/model.ts";

/**
 * The stages of a job in the order in which they run: every `pre`, the steps, and every `post`, last first. Indexes start
 * at `first`.
 */
export function stepTasks(
  job: StepsJob,
  actions: ReadonlyMap<string, ActionMetadata>,
  first: number,
): readonly StepTask[] {
  const ids = actionIds(job.steps);
  const stages = job.steps.map((step, index) => {
    const action = step.kind === "uses" ? actions.get(step.uses.text) : undefined;
    return { step, action, actionId: ids[index] as string };
  });
  const tasks = [
    ...stages.flatMap(({ step, action, actionId }) =>
      action?.pre ? [{ step, actionId, stage: "pre" as const, condition: action.pre.condition }] : [],
    ),
    ...stages.map(({ step, actionId }) => ({
      step,
      actionId,
      stage: "main" as const,
      condition: step.condition,
    })),
    ...stages
      .toReversed()
      .flatMap(({ step, action, actionId }) =>
        action?.post ? [{ step, actionId, stage: "post" as const, condition: action.post.condition }] : [],
      ),
  ];
  return tasks.map((task, index) => ({
    ...task,
    index: first + index,
    title: (state) => stageTitle(task.stage, titleOf(task.step, state)),
  }));
}

function stageTitle(stage: Stage, title: string): string {
  if (stage === "main") return title;
  return `${stage === "pre" ? "Pre" : "Post"} ${title}`;
}

/** A step's name, or what GitHub calls it: Run, and the action or the first line of the script. */
function titleOf(step: Step, state: JobState): string {
  if (step.name !== undefined) return textOf(step.name, state);
  const text = step.kind === "uses" ? step.uses.text : textOf(step.run, state).trim();
  return `Run ${text.split("\n")[0]}`;
}

/** The text as far as its contexts are known by now; as written where they cannot be evaluated. */
function textOf(template: Template, state: JobState): string {
  try {
    return state.masker.mask(evaluateText(template, stepScope(state)));
  } catch {
    return String(template.source);
  }
}

/** GITHUB_ACTION of each step: its id, or __run, __owner_action and the like, with a number from the second on. */
function actionIds(steps: readonly Step[]): readonly string[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    if (step.id !== undefined) return step.id;
    const base = step.kind === "run" ? "__run" : actionId(step.uses);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}_${count}`;
  });
}

function actionId(uses: ActionReference): string {
  if (uses.kind === "repository") return "__self";
  return uses.kind === "built-in" ? `__actions_${uses.name}` : `__${uses.repository.replace("/", "_")}`;
}
