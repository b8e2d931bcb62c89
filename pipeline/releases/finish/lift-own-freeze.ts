import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { wayTo } from "../store/commands.ts";
import type { Environment } from "../store/environment.ts";
import { liftFreeze, readFreeze } from "../store/freeze.ts";

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
      `${name} stays frozen though nothing was rolled back: ${explain(error)}. To let pushes through, ${wayTo("resume", name)}.`,
    );
  }
}
