import { ActionError, explain } from "../../kit/errors.ts";
import { folded } from "../../kit/markdown.ts";
import { beginAttempt, settle } from "../begin/standing.ts";
import { type Conclusion, conclude } from "../finish/conclude.ts";
import { conclusionSummary, notLive } from "../finish/finish.ts";
import { retain } from "../retention/retention.ts";
import { lockEnvironment, need, runReference, type Session, unlockEnvironment } from "../session.ts";
import { freezeEnvironment, liftFreeze, readFreeze } from "../store/freeze.ts";
import { readScene } from "../views/scene.ts";
import { applyTarget } from "./apply.ts";
import { type Choice, choose, requireArtifacts } from "./choice.ts";
import type { RollbackInputs } from "./inputs.ts";
import { choiceLines, comparisonMarkdown, dryRunMarkdown, refusalMarkdown } from "./report.ts";

/**
 * Puts an earlier release back: freezes the environment, so that a running deploy stops at its next barrier and no push
 * undoes the rollback; waits for the lock; then site, API and, where asked, schema; verified as a deploy is.
 */
export async function rollBack(session: Session, given: RollbackInputs): Promise<void> {
  const { context } = session;
  const { runner } = context;
  need(given, ["site-bucket", "site-url", "api-url", "eb-application", "eb-environment"], "to roll back");
  const reason = given.reason.trim();
  if (reason === "") {
    throw new ActionError("InvalidInputs", 'input "reason" is required to roll back', {
      hint: "say why in a few words: whoever pushes while the environment is frozen reads them",
    });
  }
  // Chosen before anything is frozen, so that a wrong `to` has no effect; and again under the lock, when it counts.
  const first = await show(session, await chooseOrExplain(session, given));
  if (given["dry-run"]) {
    await runner.summary(dryRunMarkdown(first, await readScene(session)));
    runner.info(`dry run: nothing was changed; it would roll back to ${first.target.releaseId}`);
    return;
  }
  const isOurFreeze = await freeze(session, reason);
  let hasBegun = false;
  let ended: { readonly choice: Choice; readonly conclusion: Conclusion } | undefined;
  try {
    const { token } = await lockEnvironment(session, `rollback to ${given.to}`);
    try {
      ended = await rollBackLocked(session, { given, token, reason, first }, () => {
        hasBegun = true;
      });
      if (ended.conclusion.outcome === "live") await retain(session);
    } finally {
      await unlockEnvironment(session, token);
    }
  } catch (error) {
    if (isOurFreeze && !hasBegun) await thaw(session);
    throw error;
  }
  await report(session, ended.choice, ended.conclusion);
}

async function rollBackLocked(
  session: Session,
  what: {
    readonly given: RollbackInputs;
    readonly token: string;
    readonly reason: string;
    readonly first: Choice;
  },
  onBegin: () => void,
): Promise<{ readonly choice: Choice; readonly conclusion: Conclusion }> {
  const { given, token, reason, first } = what;
  const standing = await settle(session, token, first.newestSeq);
  const { live } = standing;
  if (live?.releaseId === first.target.releaseId) {
    session.context.runner.notice(`${live.releaseId} went live meanwhile: nothing is left to do`);
    return { choice: first, conclusion: await conclude(session, live.seq, token) };
  }
  let choice = first;
  if (live?.seq === first.live.seq && standing.last?.seq === first.newestSeq) {
    // The ledger is what it was; only the store may have let go of something meanwhile.
    await requireArtifacts(session, first.targetManifest);
  } else {
    // The very release that was shown: `previous` may mean another one by now.
    choice = await choose(session, { ...given, to: first.target.releaseId }, first);
    if (choice.live.seq !== first.live.seq) {
      session.context.runner.notice("what is live has changed while this rollback waited for the lock");
      await show(session, choice);
    }
  }
  const { handle, attempt } = await beginAttempt(session, standing, {
    kind: "rollback",
    manifest: choice.targetManifest,
    subject: choice.target.subject,
    author: choice.target.author,
    reason,
    goesBackTo: choice.target.previousReleaseId,
    token,
  });
  onBegin();
  const failure = await applyTarget(session, choice, handle, attempt).then(
    () => undefined,
    (error: unknown) => explain(error),
  );
  const conclusion = await conclude(
    session,
    attempt.seq,
    token,
    failure === undefined ? {} : { failure, isBroken: true },
  );
  return { choice, conclusion };
}

/** Chooses the target; where that is refused, the summary says why and what else there is to choose. */
async function chooseOrExplain(session: Session, given: RollbackInputs): Promise<Choice> {
  try {
    return await choose(session, given);
  } catch (error) {
    if (error instanceof ActionError) {
      const scene = await readScene(session);
      await session.context.runner.summary(refusalMarkdown(error.message, error.hint, scene));
    }
    throw error;
  }
}

async function show({ context, environment }: Session, choice: Choice): Promise<Choice> {
  await context.runner.group(`Plan: roll ${environment} back to ${choice.target.releaseId}`, async () => {
    for (const line of choiceLines(choice, context.clock.now())) context.runner.info(line);
  });
  return choice;
}

/** Freezes the environment; true when this very run did. */
async function freeze({ store, environment, context }: Session, reason: string): Promise<boolean> {
  const run = runReference(context);
  const holds = await freezeEnvironment(store, environment, {
    schema: 1,
    by: context.run.actor,
    reason,
    since: context.clock.now().toISOString(),
    run,
  });
  const isOurs = holds.run.id === run.id && holds.run.attempt === run.attempt;
  context.runner.info(
    isOurs
      ? `${environment} is frozen: no push goes live until somebody resumes`
      : `${environment} is frozen already, since ${holds.since} by ${holds.by}: ${holds.reason}`,
  );
  return isOurs;
}

/** Lifts the freeze of a rollback that changed nothing; where that fails, says so and leaves the reason as it was. */
async function thaw({ store, environment, context }: Session): Promise<void> {
  try {
    const held = await readFreeze(store, environment);
    if (held?.freeze.run.id === context.run.runId) await liftFreeze(store, environment, held);
  } catch (error) {
    context.runner.warning(
      `${environment} stays frozen though nothing was rolled back: ${explain(error)}. Run this workflow with operation resume.`,
    );
  }
}

async function report(session: Session, choice: Choice, conclusion: Conclusion): Promise<void> {
  const { context, environment } = session;
  const { runner } = context;
  runner.output("outcome", conclusion.outcome);
  runner.output("release-id", choice.target.releaseId);
  runner.output("live-release-id", conclusion.liveReleaseId ?? "");
  const scene = await readScene(session);
  const comparison = comparisonMarkdown(choice, ["was live", "target"], scene).trimEnd();
  await runner.summary(
    `${await conclusionSummary(session, conclusion, scene)}\n${folded("Both releases side by side", comparison)}\n`,
  );
  if (conclusion.outcome !== "live") throw notLive(conclusion);
  runner.info(conclusion.verdict);
  runner.info(
    `${environment} stays frozen: run this workflow with operation resume (npm run resume -- --environment ${environment} on the laptop) to let pushes through`,
  );
}
