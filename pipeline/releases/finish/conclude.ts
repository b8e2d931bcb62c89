import { failedStep } from "../../github/failed-step.ts";
import { type Decided, putBack } from "../put-back/put-back.ts";
import { deploymentView, handleOf, type Session } from "../session.ts";
import { keepLock } from "../store/attempt.ts";
import type { EndEntry, Outcome, RestoredTier } from "../store/entries.ts";
import { type AttemptRecord, appendEntry, movedTiers, readAttempt } from "../store/ledger.ts";
import { type HeldLive, liveAfter, readLive, writeLive } from "../store/live.ts";
import { confirmLock } from "../store/lock.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { closeDeployment } from "../views/deployments.ts";
import { mayStillArrive } from "./arrival.ts";
import { flawOf } from "./flaw.ts";
import { decide, verdict } from "./plan.ts";

/** How an attempt ended: what its `end.json` says, and what there is to show of it. */
export interface Conclusion {
  readonly attempt: AttemptRecord;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly verdict: string;
  readonly liveReleaseId: string | null;
  readonly previousReleaseId: string | null;
  readonly restored: readonly RestoredTier[];
}

/** What the caller knows of the attempt beyond the ledger. */
export interface Known {
  /** Why it is not live, if it is not. */
  readonly failure?: string;
  /** A tier is known not to have arrived: verifying would only wait. */
  readonly isBroken?: boolean;
}

/**
 * Ends an attempt, whatever happened before: verified -> live; anything else puts back every tier that moved, once. The
 * lock must be held under `token`, and taken before: the ledger is read here, after it. Writes `live.json`, then
 * `end.json`, then the view on GitHub; the lock stays the caller's.
 */
export async function conclude(
  session: Session,
  seq: number,
  token: string,
  known: Known = {},
): Promise<Conclusion> {
  const { store, environment, context } = session;
  const stop = keepLock(store, environment, token, context);
  try {
    const [attempt, held] = await Promise.all([
      readAttempt(store, environment, seq),
      readLive(store, environment),
    ]);
    if (attempt.end) {
      await showEnd(session, attempt, attempt.end);
      return conclusionOf(session, attempt, attempt.end);
    }
    const since = context.clock.now();
    const decided = await decideAndApply(session, attempt, held, known);
    // Whoever took the lock over while this was verifying or putting back decides how the attempt ends.
    await confirmLock(store, environment, token, context.clock);
    return await record(session, attempt, held, { ...decided, since });
  } finally {
    stop();
  }
}

async function decideAndApply(
  session: Session,
  attempt: AttemptRecord,
  held: HeldLive | undefined,
  { failure, isBroken = false }: Known,
): Promise<Decided> {
  const { begin } = attempt;
  const decision = decide({
    isLivePoint: held?.live.seq === attempt.seq,
    releaseId: begin.releaseId,
    liveReleaseId: held?.live.releaseId ?? null,
    moved: movedTiers(attempt),
    isRefused: unwatched(attempt) !== undefined,
  });
  if (decision === "commit") return { outcome: "live", reason: "verified", restored: [] };
  if (decision === "unchanged") {
    return {
      outcome: "unchanged",
      reason:
        unwatched(attempt) ??
        failure ??
        (await failedStep(session.octokit, session.context, begin.run.id)) ??
        "a step failed before anything changed",
      restored: [],
    };
  }
  const isVerifying = decision === "verify" && !isBroken;
  const flaw = isVerifying
    ? await flawOf(session, await readReleaseManifest(session.store, begin.releaseId), (half) =>
        mayStillArrive(session, attempt, half),
      )
    : undefined;
  if (isVerifying && flaw === undefined) return { outcome: "live", reason: "verified", restored: [] };
  const reason =
    unwatched(attempt) ??
    failure ??
    flaw ??
    (await failedStep(session.octokit, session.context, begin.run.id)) ??
    `a step failed after ${movedTiers(attempt).join(" and ")} began to move`;
  if (!held) return { outcome: "nothing-to-restore", reason, restored: [] };
  return putBack(session, attempt, held, reason);
}

/** Why verification refused the release, or was cut short while it watched; undefined when it did neither. */
function unwatched({ watch, watched }: AttemptRecord): string | undefined {
  if (watched?.outcome === "wrong") return watched.reason;
  if (!watch || watched) return undefined;
  return `it was to be watched for ${watch.seconds} s, and that was cut short`;
}

async function record(
  session: Session,
  attempt: AttemptRecord,
  held: HeldLive | undefined,
  { outcome, reason, restored, since }: Decided & { readonly since: Date },
): Promise<Conclusion> {
  const { store, environment, context } = session;
  const { begin, seq } = attempt;
  const now = context.clock.now();
  const previousReleaseId = attempt.begin.goesBackTo;
  if (outcome === "live" && held?.live.seq !== seq) {
    const manifest = await readReleaseManifest(store, begin.releaseId);
    await writeLive(store, environment, liveAfter(begin, manifest, now, previousReleaseId), held);
  }
  const end: EndEntry = {
    schema: 1,
    at: now.toISOString(),
    previous: attempt.tail,
    outcome,
    reason,
    liveReleaseId: outcome === "live" ? begin.releaseId : (held?.live.releaseId ?? null),
    previousReleaseId: outcome === "live" ? previousReleaseId : (held?.live.previousReleaseId ?? null),
    since: since.toISOString(),
    ...(restored.length > 0 ? { restored } : {}),
  };
  await appendEntry(store, environment, seq, "end", end);
  await showEnd(session, attempt, end);
  return conclusionOf(session, attempt, end);
}

/** Makes the Deployments page say how the attempt ended; also where that was tried before and did not get through. */
export async function showEnd(session: Session, { begin, seq }: AttemptRecord, end: EndEntry): Promise<void> {
  await closeDeployment(deploymentView(session), { handle: handleOf(session, seq), begin }, end);
}

function conclusionOf({ environment }: Session, attempt: AttemptRecord, end: EndEntry): Conclusion {
  const { outcome, reason, liveReleaseId, previousReleaseId } = end;
  const { releaseId } = attempt.begin;
  return {
    attempt: { ...attempt, end },
    outcome,
    reason,
    verdict: verdict({ environment, outcome, releaseId, liveReleaseId, reason }),
    liveReleaseId,
    previousReleaseId,
    restored: end.restored ?? [],
  };
}
