import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { beginAttempt } from "../begin/begin-attempt.ts";
import { endUnfinished } from "../begin/end-unfinished.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { EndAttempt } from "../finish/end-attempt.ts";
import type { Tiers } from "../put-back/tier.ts";
import { openAttempt } from "../store/attempt.ts";
import type { BeginEntry } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { moveTiers } from "./move-tiers.ts";
import { planRollback, type RollbackPlan, type RollbackTarget, requireArtifacts } from "./plan.ts";
import { type RolledBack, showPlan } from "./report.ts";

/** The attempt of a rollback, which somebody has to end from here on. */
export interface BegunRollback {
  readonly handle: string;
  readonly begin: BeginEntry;
}

interface Means {
  readonly lock: EnvironmentLock;
  readonly tiers: Tiers;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
}

/** The rollback itself. The lock must be held under the token; `onBegin` is told once there is something to end. */
export async function rollBackLocked(
  environment: Environment,
  what: {
    /** As it was shown, before the lock was held. */
    readonly first: RollbackPlan;
    readonly schema: RollbackTarget["schema"];
    readonly reason: string;
    readonly token: string;
  },
  { lock, tiers, endAttempt, deployments }: Means,
  context: ActionContext,
  onBegin: (begun: BegunRollback) => void,
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
  onBegin({ handle: begun.handle, begin: begun.attempt.begin });
  const failure = await openAttempt(store.s3, begun.handle, context, begun.attempt)
    .then((attempt) => moveTiers(attempt, plan, tiers, runner))
    .then(
      () => undefined,
      (error: unknown) => explain(error),
    );
  // Putting back takes longer than a cancelled job has: what is open is left to the job Finish.
  context.signal.throwIfAborted();
  const known = failure === undefined ? {} : { failure, isBroken: true };
  return { plan, ended: await endAttempt(begun.attempt.seq, token, known) };
}
