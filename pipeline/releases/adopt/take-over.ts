import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { folded } from "../../kit/markdown.ts";
import { beginAttempt } from "../begin/begin-attempt.ts";
import { endUnfinished } from "../begin/end-unfinished.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { RequireTiers } from "../environment/required-inputs.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import { endSummary, notLive, outputEnd } from "../finish/report-end.ts";
import { reportOpen } from "../finish/report-open.ts";
import type { SummaryLinks } from "../finish/summary.ts";
import { openAttempt } from "../store/attempt.ts";
import type { BeginEntry } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { type Adopted, storeAdopted } from "./store-adopted.ts";

export interface TakeOverOptions {
  readonly lock: EnvironmentLock;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
  readonly requireTiers: RequireTiers;
  readonly links: SummaryLinks;
  readonly reason: string;
}

/**
 * Records what is live without the pipeline as the first release: copied into the store, then an attempt that moves nothing, verified as
 * any other. Nothing of what is live changes. What is cut off before it has begun is begun anew, and after that ended, by whoever comes
 * next; of what has been copied nothing is copied twice.
 */
export async function takeOver(
  environment: Environment,
  adopted: Adopted & { readonly shown: string },
  options: TakeOverOptions,
  context: ActionContext,
): Promise<void> {
  const { name, store } = environment;
  const { lock, endAttempt, deployments } = options;
  const { runner } = context;
  const { token } = await lock.take("taking over what is live");
  let begun: BeginEntry | undefined;
  try {
    const state = await endUnfinished(environment, token, { lock, endAttempt }, runner);
    if (state.live) {
      runner.notice(`${state.live.releaseId} went live in ${name} meanwhile: nothing is left to do`);
      runner.output("outcome", "unchanged");
      return;
    }
    const manifest = await storeAdopted(store, adopted, context);
    options.requireTiers(tiersOf(manifest), "to verify what was taken over, and to go back to it");
    runner.info(`stored release ${manifest.id}`);
    const { reason } = options;
    const what = {
      kind: "adopt",
      manifest,
      subject: "",
      author: "",
      reason,
      goesBackTo: null,
      token,
    } as const;
    const { handle, attempt } = await beginAttempt(environment, state, what, deployments, context);
    begun = attempt.begin;
    runner.output("attempt", handle);
    const opened = await openAttempt(store.s3, handle, context, attempt);
    // Nothing moves: the last tier says that it is in place, and that is what there is to verify.
    for (const tier of tiersOf(manifest)) await opened.arrive(tier);
    const ended = await endAttempt(attempt.seq, token);
    begun = undefined;
    outputEnd(ended, runner);
    const summary = await endSummary(environment, ended, options.links, context);
    await runner.summary(`${summary}\n${folded("What was found", adopted.shown)}\n`);
    if (ended.outcome !== "live") throw notLive(ended);
    runner.info(`${ended.verdict}. Nothing that visitors get was changed`);
  } catch (error) {
    if (begun) {
      const what = context.signal.aborted ? "was cancelled half-way" : `was cut off (${explain(error)})`;
      const next = "The job Finish of this run ends it, or the next run of any kind.";
      await reportOpen({ environment: name, begin: begun, what, next }, context);
    }
    throw error;
  } finally {
    await lock.giveBack(token);
  }
}
