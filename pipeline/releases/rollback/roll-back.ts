import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { beginAttempt } from "../begin/begin-attempt.ts";
import { endUnfinished } from "../begin/end-unfinished.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { RequireTiers } from "../environment/required-inputs.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import type { SummaryLinks } from "../finish/summary.ts";
import type { Tiers } from "../put-back/tier.ts";
import { openAttempt } from "../store/attempt.ts";
import type { Environment } from "../store/environment.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { readReportContext } from "../views/report-context.ts";
import { freeze, liftOwnFreeze } from "./freeze.ts";
import { moveTiers } from "./move-tiers.ts";
import { planRollback, type RollbackPlan, type RollbackTarget, requireArtifacts } from "./plan.ts";
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
}

/**
 * Puts an earlier release back: freezes the environment, so that a running deploy stops at its next barrier and no push
 * undoes the rollback; waits for the lock; then site, API and, where asked, schema; verified as a deploy is.
 */
export async function rollBack(
  environment: Environment,
  request: RollbackRequest,
  options: RollbackOptions,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  const reason = request.reason.trim();
  if (reason === "") {
    throw new ActionError("InvalidInputs", 'input "reason" is required to roll back', {
      hint: "say why in a few words: whoever pushes while the environment is frozen reads them",
    });
  }
  // Chosen before anything is frozen, so that a wrong `to` has no effect; and again under the lock, when it counts.
  const first = await planOrExplain(environment, request, options.deployments.octokit, context);
  for (const { manifest, why } of [
    { manifest: first.targetManifest, why: "to roll back" },
    { manifest: first.liveManifest, why: "to put back what is live" },
  ]) {
    options.requireTiers(tiersOf(manifest), why);
  }
  await showPlan(environment.name, first, context);
  if (request.isDryRun) {
    await runner.summary(dryRunMarkdown(first, await readReportContext(environment, context)));
    runner.info(`dry run: nothing was changed; it would roll back to ${first.target.releaseId}`);
    return;
  }
  const isOurFreeze = await freeze(environment, reason, context);
  const { lock } = options;
  let hasBegun = false;
  let done: RolledBack | undefined;
  try {
    const { token } = await lock.take(`rollback to ${request.to}`);
    try {
      const what = { first, schema: request.schema, reason, token };
      done = await rollBackLocked(environment, what, options, context, () => {
        hasBegun = true;
      });
      if (done.ended.outcome === "live") await options.retain();
    } finally {
      await lock.giveBack(token);
    }
  } catch (error) {
    if (isOurFreeze && !hasBegun) await liftOwnFreeze(environment, context);
    throw error;
  }
  await reportRollback(environment, done, options.links, context);
}

async function rollBackLocked(
  environment: Environment,
  what: {
    /** As it was shown, before the lock was held. */
    readonly first: RollbackPlan;
    readonly schema: RollbackTarget["schema"];
    readonly reason: string;
    readonly token: string;
  },
  { lock, tiers, endAttempt, deployments }: RollbackOptions,
  context: ActionContext,
  onBegin: () => void,
): Promise<RolledBack> {
  const { first, token } = what;
  const { runner } = context;
  const { store } = environment;
  const near = first.newestSeq;
  const state = await endUnfinished(environment, token, { lock, endAttempt, near }, runner);
  const { live } = state;
  if (live?.releaseId === first.target.releaseId) {
    runner.notice(`${live.releaseId} went live meanwhile: nothing is left to do`);
    return { plan: first, ended: await endAttempt(live.seq, token) };
  }
  let plan = first;
  if (live?.seq === first.live.seq && state.last?.seq === first.newestSeq) {
    // The ledger is what it was; only the store may have let go of something meanwhile.
    await requireArtifacts(store, first.targetManifest, context.signal);
  } else {
    // The very release that was shown: `previous` may mean another one by now.
    const asked = { to: first.target.releaseId, schema: what.schema };
    plan = await planRollback(environment, asked, deployments.octokit, context, first);
    if (plan.live.seq !== first.live.seq) {
      runner.notice("what is live has changed while this rollback waited for the lock");
      await showPlan(environment.name, plan, context);
    }
  }
  const { target } = plan;
  const begun = await beginAttempt(
    environment,
    state,
    {
      kind: "rollback",
      manifest: plan.targetManifest,
      subject: target.subject,
      author: target.author,
      reason: what.reason,
      goesBackTo: target.previousReleaseId,
      token,
    },
    deployments,
    context,
  );
  onBegin();
  const failure = await openAttempt(store.s3, begun.handle, context, begun.attempt)
    .then((attempt) => moveTiers(attempt, plan, tiers, runner))
    .then(
      () => undefined,
      (error: unknown) => explain(error),
    );
  const known = failure === undefined ? {} : { failure, isBroken: true };
  return { plan, ended: await endAttempt(begun.attempt.seq, token, known) };
}
