import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { RequireTiers } from "../environment/required-inputs.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import { liftOwnFreeze } from "../finish/lift-own-freeze.ts";
import { reportOpen } from "../finish/report-open.ts";
import type { SummaryLinks } from "../finish/summary.ts";
import type { Tiers } from "../put-back/tier.ts";
import type { Environment } from "../store/environment.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { Witnesses } from "../views/condition.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { readReportContext } from "../views/report-context.ts";
import { freeze } from "./freeze.ts";
import { type BegunRollback, rollBackLocked } from "./locked-rollback.ts";
import type { RollbackTarget } from "./plan.ts";
import { planOrExplain, type RolledBack, reportRollback, showPlan } from "./report.ts";
import { dryRunMarkdown } from "./summary.ts";

/** What somebody asks for. */
interface RollbackRequest extends RollbackTarget {
  readonly reason: string;
  readonly isDryRun: boolean;
}

export interface RollbackOptions {
  readonly lock: EnvironmentLock;
  readonly tiers: Tiers;
  readonly requireTiers: RequireTiers;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
  /** Called under the lock, once the target is live. */
  readonly retain: () => Promise<void>;
  readonly links: SummaryLinks;
  readonly witnesses: Witnesses;
}

/** How far a rollback has come, for whoever has to say what it leaves where it does not come to its end. */
interface Progress {
  isOurFreeze?: boolean;
  begun?: BegunRollback;
  isEnded?: boolean;
}

/**
 * Puts an earlier release back: freezes the environment, so that a running deploy stops at its next barrier and no push
 * undoes the rollback; waits for the lock; then site, API and, where asked, schema; verified as a deploy is. A cancelled one
 * that has begun is left open for the job Finish, which has time to put back; the output `outcome` is "" then.
 */
export async function rollBack(
  environment: Environment,
  request: RollbackRequest,
  options: RollbackOptions,
  context: ActionContext,
): Promise<void> {
  const progress: Progress = {};
  try {
    await planAndRollBack(environment, request, options, context, progress);
  } catch (error) {
    const { begun, isOurFreeze, isEnded } = progress;
    if (!begun) {
      if (isOurFreeze) await liftOwnFreeze(environment, context);
      context.runner.output("outcome", "unchanged");
    } else if (!isEnded) {
      const what = context.signal.aborted ? "was cancelled half-way" : `was cut off (${explain(error)})`;
      const next =
        "The job Finish of this run ends it: verified, it is live; else what was live is put back.";
      await reportOpen({ environment: environment.name, begin: begun.begin, what, next }, context);
    }
    throw error;
  }
}

async function planAndRollBack(
  environment: Environment,
  request: RollbackRequest,
  options: RollbackOptions,
  context: ActionContext,
  progress: Progress,
): Promise<void> {
  const { runner } = context;
  const { lock, witnesses } = options;
  const reason = request.reason.trim();
  if (reason === "") {
    throw new ActionError("InvalidInputs", 'input "reason" is required to roll back', {
      hint: "say why in a few words: whoever pushes while the environment is frozen reads them",
    });
  }
  // Chosen before anything is frozen, so that a wrong `to` has no effect; and again under the lock, when it counts.
  const { octokit } = options.deployments;
  const first = await planOrExplain(environment, request, octokit, witnesses, context);
  for (const { manifest, why } of [
    { manifest: first.targetManifest, why: "to roll back" },
    { manifest: first.liveManifest, why: "to put back what is live" },
  ]) {
    options.requireTiers(tiersOf(manifest), why);
  }
  await showPlan(environment.name, first, context);
  if (first.comparison.apiChanges) await options.tiers.api.preflight?.(first.targetManifest);
  if (request.isDryRun) {
    await runner.summary(dryRunMarkdown(first, await readReportContext(environment, context, witnesses)));
    runner.info(
      `dry run: nothing was changed; it would roll back to ${first.target.releaseId}, and pushes would fail until somebody resumes`,
    );
    return;
  }
  progress.isOurFreeze = await freeze(environment, reason, context);
  const { token } = await lock.take(`rollback to ${request.to}`);
  let done: RolledBack;
  try {
    const what = { first, schema: request.schema, reason, token };
    done = await rollBackLocked(environment, what, options, context, (begun) => {
      progress.begun = begun;
      runner.output("attempt", begun.handle);
    });
    progress.isEnded = true;
    if (done.ended.outcome === "live") await options.retain();
  } finally {
    await lock.giveBack(token);
  }
  await reportRollback(environment, done, options.links, context);
}
