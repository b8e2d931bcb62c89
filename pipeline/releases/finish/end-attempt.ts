import { failedStep } from "../../github/failed-step.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { Verify } from "../environment/verification.ts";
import { type AttemptResult, putBack } from "../put-back/put-back.ts";
import type { Tiers } from "../put-back/tier.ts";
import { keepLock } from "../store/attempt.ts";
import type { EndEntry } from "../store/entries.ts";
import { type Environment, handleOf } from "../store/environment.ts";
import { type AttemptRecord, appendEntry, movedTiers, readAttempt } from "../store/ledger.ts";
import { type HeldLive, liveAfter, readLive, writeLive } from "../store/live.ts";
import { confirmLock } from "../store/lock.ts";
import { tiersOfAttempt } from "../store/release-tiers.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { closeDeployment, type DeploymentView } from "../views/deployments.ts";
import { decide } from "./decision.ts";
import { type EndedAttempt, endedAttempt } from "./ended-attempt.ts";
import { mayStillArrive } from "./may-still-arrive.ts";

/** What the caller knows of the attempt beyond the ledger. */
interface KnownFailure {
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
export type EndAttempt = (seq: number, token: string, known?: KnownFailure) => Promise<EndedAttempt>;

/** What ending an attempt takes: what moved may have to be put back, what is live has to be verified, GitHub shows it. */
interface AttemptEnding {
  readonly environment: Environment;
  readonly tiers: Tiers;
  readonly verify: Verify;
  readonly deployments: DeploymentView;
}

/** How the attempts of an environment are ended in this step. */
export function attemptEnder(ending: AttemptEnding, context: ActionContext): EndAttempt {
  const { environment, deployments } = ending;
  const { name, store } = environment;
  return async (seq, token, known = {}) => {
    const stop = keepLock(store, name, token, context);
    try {
      const [attempt, held] = await Promise.all([readAttempt(store, name, seq), readLive(store, name)]);
      if (attempt.end) {
        await showEnd(environment, attempt, attempt.end, deployments);
        return endedAttempt(attempt, attempt.end);
      }
      const since = context.clock.now();
      const result = await decideAndAct(ending, attempt, held, known, context);
      // Whoever took the lock over while this was verifying or putting back decides how the attempt ends.
      await confirmLock(store, name, token, context.clock);
      const end = await record(environment, attempt, held, { result, since, now: context.clock.now() });
      await showEnd(environment, attempt, end, deployments);
      return endedAttempt(attempt, end);
    } finally {
      stop();
    }
  };
}

async function decideAndAct(
  { environment, tiers, verify, deployments }: AttemptEnding,
  attempt: AttemptRecord,
  held: HeldLive | undefined,
  { failure, isBroken = false }: KnownFailure,
  context: ActionContext,
): Promise<AttemptResult> {
  const { store } = environment;
  const { begin } = attempt;
  const decision = decide({
    isLivePoint: held?.live.seq === attempt.seq,
    releaseId: begin.releaseId,
    liveReleaseId: held?.live.releaseId ?? null,
    tiers: tiersOfAttempt(begin),
    moved: movedTiers(attempt),
    isInPlace: attempt.isInPlace === true,
    isRefused: refusedBecause(attempt) !== undefined,
  });
  const verified: AttemptResult = { outcome: "live", reason: "verified", restored: [] };
  if (decision === "commit") return verified;
  const stepThatFailed = () => failedStep(deployments.octokit, context, begin.run.id);
  if (decision === "unchanged") {
    const reason =
      refusedBecause(attempt) ??
      failure ??
      (await stepThatFailed()) ??
      "a step failed before anything changed";
    return { outcome: "unchanged", reason, restored: [] };
  }
  const isVerifying = decision === "verify" && !isBroken;
  const difference = isVerifying
    ? await verify(await readReleaseManifest(store, begin.releaseId), (half) =>
        mayStillArrive(half, attempt, tiers, context),
      )
    : undefined;
  if (isVerifying && difference === undefined) return verified;
  const reason =
    refusedBecause(attempt) ??
    failure ??
    difference ??
    (await stepThatFailed()) ??
    `a step failed after ${movedTiers(attempt).join(" and ")} began to move`;
  if (!held) return { outcome: "nothing-to-restore", reason, restored: [] };
  const live = await readReleaseManifest(store, held.live.releaseId);
  return putBack(attempt, live, reason, { store, tiers, verify }, context);
}

/** Why verification refused the release, or was cut short while it watched; undefined when it did neither. */
function refusedBecause({ watch, watched }: AttemptRecord): string | undefined {
  if (watched?.outcome === "wrong") return watched.reason;
  if (!watch || watched) return undefined;
  return `it was to be watched for ${watch.seconds} s, and that was cut short`;
}

async function record(
  { name, store }: Environment,
  attempt: AttemptRecord,
  held: HeldLive | undefined,
  { result, since, now }: { readonly result: AttemptResult; readonly since: Date; readonly now: Date },
): Promise<EndEntry> {
  const { outcome, reason, restored } = result;
  const { begin, seq } = attempt;
  const previousReleaseId = begin.goesBackTo;
  if (outcome === "live" && held?.live.seq !== seq) {
    const manifest = await readReleaseManifest(store, begin.releaseId);
    await writeLive(store, name, liveAfter(begin, manifest, now, previousReleaseId), held);
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
  await appendEntry(store, name, seq, "end", end);
  return end;
}

/** Makes the Deployments page say how the attempt ended; also where that was tried before and did not get through. */
export async function showEnd(
  environment: Environment,
  { begin, seq }: AttemptRecord,
  end: EndEntry,
  deployments: DeploymentView,
): Promise<void> {
  await closeDeployment(deployments, { handle: handleOf(environment, seq), begin }, end);
}
