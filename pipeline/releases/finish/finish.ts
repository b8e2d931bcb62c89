import { ActionError } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { ReleaseInputs } from "../inputs.ts";
import { retain } from "../retention/retention.ts";
import { isLockedByThisRun, lockEnvironment, need, type Session, unlockEnvironment } from "../session.ts";
import { readLedger } from "../store/history.ts";
import { parseHandle } from "../store/keys.ts";
import { readAttempt } from "../store/ledger.ts";
import { readLive } from "../store/live.ts";
import { conclusionMarkdown, frozenLine, releasesSection, remedyOf, sections } from "../views/report.ts";
import { readScene, type Scene, shownManifest } from "../views/scene.ts";
import { type Conclusion, conclude } from "./conclude.ts";

/**
 * Decides how this run's attempt ended, from the ledger alone. Green exactly when its release is live; in every other case
 * the first line says what is live now and why.
 */
export async function finish(session: Session, given: ReleaseInputs): Promise<void> {
  const { store, environment } = session;
  need(given, ["site-url", "api-url"], "to verify what is live");
  const seq = await attemptOfRun(session, given.attempt);
  if (seq === undefined) return nothingBegan(session);
  const ended = await readAttempt(store, environment, seq);
  if (ended.end) {
    await report(session, await asOfNow(session, await conclude(session, seq, ended.begin.lock)));
    return;
  }
  const { token } = await lockEnvironment(session, `finish of ${ended.begin.releaseId}`);
  let conclusion: Conclusion;
  try {
    conclusion = await conclude(session, seq, token);
    if (conclusion.outcome === "live") await retain(session);
  } finally {
    await unlockEnvironment(session, token);
  }
  await report(session, conclusion);
}

/** The attempt that the handle names, or that this run began: the job with the handle may have died before it could say so. */
async function attemptOfRun(session: Session, handle: string): Promise<number | undefined> {
  if (handle !== "") {
    const address = parseHandle(handle);
    if (address.environment === session.environment && address.bucket === session.store.bucket)
      return address.seq;
    throw new ActionError(
      "InvalidInputs",
      `input "attempt" is of another environment or bucket: "${handle}"`,
      {
        hint: "give finish the same environment and artifacts-bucket as begin",
      },
    );
  }
  const { store, environment, context } = session;
  const { attempts } = await readLedger(store, environment, attemptsSearched);
  const ours = attempts.find(({ begin }) => begin.run.id === context.run.runId);
  if (!ours) return undefined;
  // The run was started again, and this time nothing began: how it ended then is not how it ended now.
  const isFromBefore = ours.end !== undefined && ours.begin.run.attempt < context.run.runAttempt;
  return isFromBefore ? undefined : ours.seq;
}

/** How far back a run's own attempt can be: others may have taken its lock over and begun since. */
const attemptsSearched = 5;

/** What an attempt that ended before is to be told like: another release may have gone live since. */
async function asOfNow({ store, environment }: Session, conclusion: Conclusion): Promise<Conclusion> {
  const live = (await readLive(store, environment))?.live;
  if (!live || live.releaseId === conclusion.liveReleaseId) return conclusion;
  return {
    ...conclusion,
    liveReleaseId: live.releaseId,
    previousReleaseId: live.previousReleaseId,
    verdict: `${live.releaseId} is live in ${environment} now; attempt ${conclusion.attempt.seq} ended before it: ${conclusion.verdict}`,
  };
}

/** Begin refused, or never got so far: nothing has changed, and at most the lock is left. */
async function nothingBegan(session: Session): Promise<void> {
  const { context, store, environment } = session;
  if (await isLockedByThisRun(session)) {
    const { token } = await lockEnvironment(session, "finish");
    await unlockEnvironment(session, token);
  }
  const live = (await readLive(store, environment))?.live.releaseId ?? "nothing";
  const verdict = `${live} is live in ${environment}, untouched: no attempt began in this run`;
  context.runner.output("outcome", "unchanged");
  context.runner.output("live-release-id", live === "nothing" ? "" : live);
  const scene = await readScene(session);
  await context.runner.summary(
    sections(
      `### ${cell(verdict)}`,
      "**What to do:** see why in the job before this one, mend it and push again.",
      frozenLine(scene),
      releasesSection(scene, scene.outlook?.live?.releaseId ?? null),
    ),
  );
  throw new ActionError("NotLive", verdict, { hint: "see why in the job before this one" });
}

async function report(session: Session, conclusion: Conclusion): Promise<void> {
  const { runner } = session.context;
  const { outcome, attempt, liveReleaseId, verdict } = conclusion;
  runner.output("outcome", outcome);
  runner.output("release-id", attempt.begin.releaseId);
  runner.output("live-release-id", liveReleaseId ?? "");
  await runner.summary(await conclusionSummary(session, conclusion));
  if (outcome !== "live") throw notLive(conclusion);
  runner.info(verdict);
}

/** The summary of an attempt's end; reads the scene where the caller has not. */
export async function conclusionSummary(
  session: Session,
  conclusion: Conclusion,
  known?: Scene,
): Promise<string> {
  const { begin } = conclusion.attempt;
  const [scene, before, after] = await Promise.all([
    known ?? readScene(session),
    shownManifest(session, begin.live?.releaseId),
    shownManifest(session, begin.releaseId),
  ]);
  return conclusionMarkdown(conclusion, scene, { before, after });
}

/** What makes a job red whose attempt is not live. */
export function notLive(conclusion: Conclusion): ActionError {
  const { verdict, attempt } = conclusion;
  return new ActionError("NotLive", verdict, {
    hint: remedyOf(conclusion),
    details: { attempt: attempt.seq, release: attempt.begin.releaseId },
  });
}
