import type { S3Client } from "@aws-sdk/client-s3";
import type { ActionContext } from "../action.ts";
import type { Manifest } from "../bundle.ts";
import { ActionError } from "../errors.ts";
import type { JsonValue } from "./entries.ts";
import { frozenError, readFreeze } from "./freeze.ts";
import { parseHandle, type Tier } from "./keys.ts";
import { type AttemptRecord, appendEntry, hasMoved, readAttempt } from "./ledger.ts";
import { renewEveryMs, renewLock } from "./lock.ts";
import type { Store } from "./objects.ts";
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
}

/** Opens the attempt that `release begin` made. Throws `AttemptOver` when it has ended. */
export async function openAttempt(s3: S3Client, handle: string, context: ActionContext): Promise<Attempt> {
  const { bucket, environment, seq } = parseHandle(handle);
  const store: Store = { s3, bucket };
  const record = await readAttempt(store, environment, seq);
  if (record.end) {
    throw new ActionError(
      "AttemptOver",
      `attempt ${seq} of "${environment}" is over: ${record.end.outcome} (${record.end.reason})`,
      { hint: "run the whole workflow again, so that it begins an attempt of its own" },
    );
  }
  const manifest = await readReleaseManifest(store, record.begin.releaseId);
  return {
    handle,
    environment,
    bucket,
    manifest,
    move: (tier, from) => move(store, record, tier, from, context),
  };
}

/**
 * The barrier before a tier. The move is written before the lock is renewed, and `finish` changes the lock before it
 * reads the ledger: so either `finish` sees the move, or the tier sees that it has lost the lock.
 */
async function move(
  store: Store,
  opened: AttemptRecord,
  tier: Tier,
  from: JsonValue,
  context: ActionContext,
): Promise<void> {
  const { environment, seq, begin } = opened;
  const { clock } = context;
  // A rollback froze the environment itself, and a repair runs whether it is frozen or not.
  const stopIfFrozen = async (): Promise<void> => {
    const held = begin.kind === "deploy" ? await readFreeze(store, environment) : undefined;
    if (held) throw frozenError(environment, held.freeze);
  };
  const [current] = await Promise.all([
    readAttempt(store, environment, seq),
    stopIfFrozen(),
    renewLock(store, environment, begin.lock, clock),
  ]);
  if (!hasMoved(current, tier)) {
    await appendEntry(store, environment, seq, `moved-${tier}`, {
      schema: 1,
      tier,
      from,
      at: clock.now().toISOString(),
      previous: current.tail,
    });
    await renewLock(store, environment, begin.lock, clock);
  }
  keepLock(store, environment, begin.lock, context);
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
