import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import { readState, type WholeState } from "../environment/state.ts";
import { endLeft } from "../finish/end-abandoned.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import { wayTo } from "../store/commands.ts";
import type { Environment } from "../store/environment.ts";
import { readReleaseManifest } from "../store/releases.ts";

/**
 * Ends what an earlier attempt left half done; then says what the environment has. The lock must be held under `token`;
 * `near` is the number of a recent attempt, where it is known.
 * Throws `LedgerDamaged` where ledger and `live.json` contradict each other, `UnfinishedAttempt` where the attempt could
 * not be ended whole.
 */
export async function endUnfinished(
  environment: Environment,
  token: string,
  {
    lock,
    endAttempt,
    near,
  }: {
    readonly lock: Pick<EnvironmentLock, "waitForCleanup">;
    readonly endAttempt: EndAttempt;
    readonly near?: number;
  },
  runner: Pick<Runner, "info" | "notice">,
): Promise<WholeState> {
  const { name, store } = environment;
  const [read] = await Promise.all([readState(environment, near), lock.waitForCleanup()]);
  let state = read;
  if (state.last && !state.last.end) {
    const ended = await endLeft(environment, state.last, token, endAttempt, runner);
    if (ended.outcome === "not-restored") {
      throw new ActionError("UnfinishedAttempt", ended.verdict, {
        hint: `${wayTo("repair", name)}, which has every input that putting back needs`,
      });
    }
    state = await readState(environment);
  }
  const { live } = state;
  return { ...state, liveManifest: live && (await readReleaseManifest(store, live.releaseId)) };
}
