import { ActionError, explain } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import { beginAttempt, type Standing, settle } from "../begin/standing.ts";
import { type Conclusion, conclude, showEnd } from "../finish/conclude.ts";
import { conclusionSummary, notLive } from "../finish/finish.ts";
import { putApi, putSite } from "../put-back/tiers.ts";
import { lockEnvironment, need, type Session, unlockEnvironment } from "../session.ts";
import { openAttempt } from "../store/attempt.ts";
import type { JsonValue } from "../store/entries.ts";
import { newestAttempt } from "../store/history.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { readLock } from "../store/lock.ts";
import { frozenLine, releasesSection, sections } from "../views/report.ts";
import { readScene } from "../views/scene.ts";
import type { RollbackInputs } from "./inputs.ts";
import { contradictionOf, mendLive } from "./mend-live.ts";

/**
 * Ends an attempt that was left half done, as its own finish would have. Where `live.json` contradicts the ledger it is
 * written anew from it; then, and where the last attempt could not be put back, site and API of the live release are put
 * in place again.
 */
export async function repair(session: Session, given: RollbackInputs): Promise<void> {
  const { store, environment, context } = session;
  const { runner } = context;
  need(given, ["site-bucket", "site-url", "api-url", "eb-application", "eb-environment"], "to repair");
  const last = await newestAttempt(store, environment);
  const why = await reasonToRepair(session, last);
  if (why === undefined || !last) {
    if (!given["dry-run"]) await freeAbandonedLock(session);
    if (last?.end) await showEnd(session, last, last.end);
    return nothingToRepair(session);
  }
  if (given["dry-run"]) {
    runner.info(`dry run: would repair attempt ${last.seq} (${last.begin.releaseId}): ${why}`);
    return;
  }
  const { token } = await lockEnvironment(session, "repair");
  let conclusion: Conclusion | undefined;
  try {
    const current = (await newestAttempt(store, environment)) ?? last;
    const isMended = await mendLive(session, current);
    conclusion = current.end ? undefined : await conclude(session, current.seq, token);
    const outcome = conclusion?.outcome ?? current.end?.outcome;
    if (outcome === "not-restored" || isMended) {
      conclusion = await restoreLive(session, await settle(session, token), token, given.reason);
    }
  } finally {
    await unlockEnvironment(session, token);
  }
  if (!conclusion) return nothingToRepair(session);
  runner.output("outcome", conclusion.outcome);
  runner.output("release-id", conclusion.attempt.begin.releaseId);
  runner.output("live-release-id", conclusion.liveReleaseId ?? "");
  await runner.summary(await conclusionSummary(session, conclusion));
  if (conclusion.outcome === "not-restored") throw notLive(conclusion);
  runner.info(conclusion.verdict);
}

/** What there is to repair, in words; undefined where all is whole. */
async function reasonToRepair(
  session: Session,
  last: AttemptRecord | undefined,
): Promise<string | undefined> {
  const contradiction = await contradictionOf(session, last);
  if (contradiction !== undefined) return contradiction;
  if (last && !last.end) return "unfinished";
  return last?.end?.outcome === "not-restored" ? "not-restored" : undefined;
}

/** Brings the live release's site and API back as an attempt of its own. */
async function restoreLive(
  session: Session,
  standing: Standing,
  token: string,
  reason: string,
): Promise<Conclusion | undefined> {
  const { live, liveManifest } = standing;
  if (!live || !liveManifest) return undefined;
  const { handle, attempt: begun } = await beginAttempt(session, standing, {
    kind: "repair",
    manifest: liveManifest,
    subject: "",
    author: "",
    reason,
    goesBackTo: live.previousReleaseId,
    token,
  });
  const attempt = await openAttempt(session.s3, handle, session.context, begun);
  const barrier =
    (tier: Tier) =>
    (from: JsonValue): Promise<void> =>
      attempt.move(tier, from);
  let failure: string | undefined;
  try {
    await putSite(session, liveManifest, null, barrier("site"));
    await putApi(session, liveManifest, null, barrier("api"));
  } catch (error) {
    failure = explain(error);
  }
  return conclude(session, begun.seq, token, failure === undefined ? {} : { failure, isBroken: true });
}

/** Gives the lock of a run back that died before its attempt began, or after it ended. One that is at work keeps it. */
async function freeAbandonedLock(session: Session): Promise<void> {
  const { store, environment, context } = session;
  if (!(await readLock(store, environment))) return;
  try {
    const { token } = await lockEnvironment(session, "repair", 0);
    await unlockEnvironment(session, token);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== "EnvironmentBusy") throw error;
    context.runner.notice(error.message);
  }
}

async function nothingToRepair(session: Session): Promise<void> {
  const { context, environment } = session;
  const scene = await readScene(session);
  const live = scene.outlook?.live?.releaseId ?? null;
  const line = `nothing to repair in ${environment}: its last attempt ended whole`;
  context.runner.info(line);
  await context.runner.summary(
    sections(`### ${cell(line)}`, frozenLine(scene), releasesSection(scene, live)),
  );
}
