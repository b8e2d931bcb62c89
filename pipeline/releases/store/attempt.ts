import type { S3Client } from "@aws-sdk/client-s3";
import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { JsonValue, MovedEntry } from "./entries.ts";
import { frozenError, readFreeze } from "./freeze.ts";
import { parseHandle, type Tier } from "./keys.ts";
import { type AttemptRecord, appendEntry, hasMoved, readAttempt } from "./ledger.ts";
import { confirmLock, renewLock } from "./lock.ts";
import { renewEveryMs } from "./lock-expiry.ts";
import type { Store } from "./objects.ts";
import { tiersOf } from "./release-tiers.ts";
import { readReleaseManifest } from "./releases.ts";

export type { JsonValue } from "./entries.ts";

/** All that a tier sees of releases. */
export interface Attempt {
  /** Its address in the release store. */
  readonly handle: string;
  readonly environment: string;
  /** The artifacts bucket. */
  readonly bucket: string;
  /** Of the release that is to go live. */
  readonly manifest: Manifest;
  /**
   * Must be called before the tier changes anything, when its plan is not empty. Checks that the lock is still ours and
   * the environment is not frozen, then writes moved-<tier>.json: from here on the tier may have moved. `from` is what
   * the tier's own room needs to put it back. A second call for the same tier is a no-op.
   * Throws `EnvironmentFrozen` or `LockLost`; the tier must then leave everything as it is.
   */
  move(tier: Tier, from: JsonValue): Promise<void>;
  /**
   * To be called once a tier is as the release wants it. Where it is the release's last, and nothing of it had to move, that is
   * written, past the same barrier: it is how whoever ends the attempt knows that all tiers arrived. A site with a
   * release.json moves with every release, one without may stay as it is.
   */
  arrive(tier: Tier): Promise<void>;
}

/**
 * Opens the attempt that `release begin` made. `begun` is the one that this very process began, under the lock and after it
 * froze the environment where it has to be: nobody else moves its tiers. Throws `AttemptOver` when it has ended.
 */
export async function openAttempt(
  s3: S3Client,
  handle: string,
  context: ActionContext,
  begun?: AttemptRecord,
): Promise<Attempt> {
  const { bucket, environment, seq } = parseHandle(handle);
  const store: Store = { s3, bucket };
  const record = begun ?? (await readAttempt(store, environment, seq));
  if (record.end) {
    throw new ActionError(
      "AttemptOver",
      `attempt ${seq} of "${environment}" is over: ${record.end.outcome} (${record.end.reason})`,
      { hint: "run the whole workflow again, so that it begins an attempt of its own" },
    );
  }
  const manifest = await readReleaseManifest(store, record.begin.releaseId);
  let latest = record;
  const moveOn = async (tier: Tier, what: Moved): Promise<void> => {
    latest = await move(store, begun ? latest : await mayMove(store, latest, context), tier, what, context);
  };
  return {
    handle,
    environment,
    bucket,
    manifest,
    move: (tier, from) => moveOn(tier, { from }),
    arrive: async (tier) => {
      const isLast = tiersOf(manifest).at(-1) === tier;
      if (isLast && !latest.isInPlace && !hasMoved(latest, tier)) {
        await moveOn(tier, { from: null, untouched: true });
      }
    },
  };
}

/** The attempt as it is before a tier of a deploy moves: other steps have moved theirs. Throws where it has to stop. */
async function mayMove(
  store: Store,
  { environment, seq, begin }: AttemptRecord,
  { clock }: ActionContext,
): Promise<AttemptRecord> {
  const [current, held] = await Promise.all([
    readAttempt(store, environment, seq),
    begin.kind === "deploy" ? readFreeze(store, environment) : undefined,
    confirmLock(store, environment, begin.lock, clock),
  ]);
  if (held) throw frozenError(environment, held.freeze);
  return current;
}

type Moved = Pick<MovedEntry, "from" | "untouched">;

/**
 * The barrier before a tier. The move is written before the lock is looked at, and `finish` changes the lock before it
 * reads the ledger: so either `finish` sees the move, or the tier sees that it has lost the lock. Returns the attempt with
 * the move in it.
 */
async function move(
  store: Store,
  attempt: AttemptRecord,
  tier: Tier,
  what: Moved,
  context: ActionContext,
): Promise<AttemptRecord> {
  const { environment, seq, begin } = attempt;
  const { clock } = context;
  let moved = attempt;
  if (!hasMoved(attempt, tier)) {
    const entry: MovedEntry = {
      schema: 1,
      tier,
      ...what,
      at: clock.now().toISOString(),
      previous: attempt.tail,
    };
    const tail = await appendEntry(store, environment, seq, `moved-${tier}`, entry);
    moved = what.untouched
      ? { ...attempt, isInPlace: true, tail }
      : { ...attempt, moved: [...attempt.moved, entry], tail };
    await confirmLock(store, environment, begin.lock, clock);
  }
  keepLock(store, environment, begin.lock, context);
  return moved;
}

/** Renews the lock for as long as this process works on the tier; does not keep the process alive. */
export function keepLock(
  store: Store,
  environment: string,
  token: string,
  { clock }: ActionContext,
): () => void {
  const timer = setInterval(() => {
    // A tier past its barrier is not stopped half-way; `finish` or the next attempt puts right what it leaves.
    renewLock(store, environment, token, clock).catch((error: unknown) => {
      if (error instanceof ActionError && error.code === "LockLost") clearInterval(timer);
    });
  }, renewEveryMs).unref();
  return () => clearInterval(timer);
}
