import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import type { Half } from "../../verify/check.ts";
import type { Tiers } from "../put-back/tier.ts";
import type { AttemptRecord } from "../store/ledger.ts";

/**
 * Whether a half of the system that shows another release can still come to show the attempt's, though no step works on
 * it any more: what a run left half done need not be waited for. True where that cannot be told.
 *
 * | half | comes by itself |
 * |---|---|
 * | site | where `s3-sync` finished putting this release there, and a cache in between has the one before |
 * | api | where Elastic Beanstalk is at work on the environment that the attempt began to move, or names this version |
 */
export async function mayStillArrive(
  half: Half,
  { begin, moved }: AttemptRecord,
  tiers: Pick<Tiers, Half>,
  { runner, signal }: Pick<ActionContext, "runner" | "signal">,
): Promise<boolean> {
  try {
    return await tiers[half].mayStillBecome({ ...begin, moved });
  } catch (error) {
    signal.throwIfAborted();
    runner.warning(`could not see what the ${half} is coming to: ${explain(error)}`);
    return true;
  }
}
