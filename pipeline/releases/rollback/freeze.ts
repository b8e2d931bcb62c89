import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { runReference } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { freezeEnvironment, liftFreeze, readFreeze } from "../store/freeze.ts";

/** Freezes the environment; true when this very run did. */
export async function freeze(
  { name, store }: Environment,
  reason: string,
  { run, runner, clock }: Pick<ActionContext, "run" | "runner" | "clock">,
): Promise<boolean> {
  const own = runReference(run);
  const holds = await freezeEnvironment(store, name, {
    schema: 1,
    by: run.actor,
    reason,
    since: clock.now().toISOString(),
    run: own,
  });
  const isOurs = holds.run.id === own.id && holds.run.attempt === own.attempt;
  runner.info(
    isOurs
      ? `${name} is frozen: no push goes live until somebody resumes`
      : `${name} is frozen already, since ${holds.since} by ${holds.by}: ${holds.reason}`,
  );
  return isOurs;
}

/** Lifts the freeze of a rollback that changed nothing; where that fails, says so and leaves the reason as it was. */
export async function liftOwnFreeze(
  { name, store }: Environment,
  { run, runner }: Pick<ActionContext, "run" | "runner">,
): Promise<void> {
  try {
    const held = await readFreeze(store, name);
    if (held?.freeze.run.id === run.runId) await liftFreeze(store, name, held);
  } catch (error) {
    runner.warning(
      `${name} stays frozen though nothing was rolled back: ${explain(error)}. Run this workflow with operation resume.`,
    );
  }
}
