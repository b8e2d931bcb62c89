import type { ActionContext } from "../../kit/action.ts";
import { runReference } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { freezeEnvironment } from "../store/freeze.ts";

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
