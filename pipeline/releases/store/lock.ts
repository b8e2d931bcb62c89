import { randomUUID } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";
import type { RunReference } from "./entries.ts";
import { keys } from "./keys.ts";
import { isDueForRenewal, lockTtlMs, mayTakeOver } from "./lock-expiry.ts";
import { createText, removeObject, replaceText, type Store } from "./objects.ts";
import { formatLock, type Lock, readStoredLock, type StoredLock } from "./stored-lock.ts";

export interface LockRequest {
  readonly by: string;
  readonly operation: string;
  readonly run: RunReference;
  readonly waitSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told whom it waits for, at first and then every half minute. */
  readonly onWait: (holder: Lock) => void;
  /** True when the holder's run is known to be over, so that its lock need not be waited out. */
  readonly isOver?: (holder: Lock) => Promise<boolean>;
}

export interface HeldLock {
  readonly token: string;
  /** Whose lock was taken over, because it had expired, its run was over, or it was an earlier job or attempt of this run. */
  readonly takenFrom: Lock | undefined;
}

/**
 * Takes the environment's lock, waiting for its holder. Another run's lock is taken over only when it has expired or its
 * run is over; a lock of this very run at once. Throws `EnvironmentBusy`, naming the holder, after `waitSeconds`.
 */
export async function acquireLock(
  store: Store,
  environment: string,
  request: LockRequest,
): Promise<HeldLock> {
  const key = keys.lock(environment);
  const { clock } = request;
  // What was slept is counted, not what the clock says: it may jump.
  let leftMs = request.waitSeconds * 1000;
  let untoldMs = Number.POSITIVE_INFINITY;
  let mayBeFree = true;
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 1.5, 5000)) {
    const mine = newLock(request, clock.now());
    if (mayBeFree && (await createText(store, key, formatLock(mine)))) {
      return { token: mine.token, takenFrom: undefined };
    }
    const stored = await readStoredLock(store, key);
    mayBeFree = stored === undefined;
    if (!stored) continue;
    if (
      await mayTakeOver(
        { run: stored.lock.run, ageMs: stored.ageMs },
        request.run,
        async () => (await request.isOver?.(stored.lock)) ?? false,
      )
    ) {
      if (await replaceText(store, key, formatLock(mine), stored.etag)) {
        return { token: mine.token, takenFrom: stored.lock };
      }
      continue;
    }
    if (leftMs <= 0) throw busyError(environment, stored, request.waitSeconds);
    if (untoldMs >= 30_000) {
      untoldMs = 0;
      request.onWait(stored.lock);
    }
    const sleepMs = Math.min(waitMs, leftMs);
    await clock.sleep(sleepMs, request.signal);
    leftMs -= sleepMs;
    untoldMs += sleepMs;
  }
}

/** Renews the lock for another `lockTtlMs`; throws `LockLost` when it is no longer held under this token. */
export async function renewLock(
  store: Store,
  environment: string,
  token: string,
  clock: Clock,
): Promise<void> {
  const key = keys.lock(environment);
  const stored = await readStoredLock(store, key);
  if (stored?.lock.token !== token) throw lostError(environment, stored?.lock);
  const renewed = { ...stored.lock, renewed: clock.now().toISOString() };
  if (!(await replaceText(store, key, formatLock(renewed), stored.etag)))
    throw lostError(environment, undefined);
}

/**
 * Makes sure that the lock is held under this token, and for so long yet that the next renewal comes in time; throws
 * `LockLost` otherwise. Where it was renewed not long ago it is only read: whoever takes it over changes it before looking
 * at the ledger, so it is held at the moment of the answer.
 */
export async function confirmLock(
  store: Store,
  environment: string,
  token: string,
  clock: Clock,
): Promise<void> {
  const stored = await readStoredLock(store, keys.lock(environment));
  if (stored?.lock.token !== token) throw lostError(environment, stored?.lock);
  if (isDueForRenewal(stored.ageMs)) await renewLock(store, environment, token, clock);
}

/** Gives the lock back. False when it was no longer ours: then it is left alone. */
export async function releaseLock(store: Store, environment: string, token: string): Promise<boolean> {
  const key = keys.lock(environment);
  for (;;) {
    const stored = await readStoredLock(store, key);
    if (stored?.lock.token !== token) return false;
    if (await removeObject(store, key, stored.etag)) return true;
  }
}

function newLock(request: LockRequest, now: Date): Lock {
  return {
    schema: 1,
    token: randomUUID(),
    by: request.by,
    operation: request.operation,
    run: request.run,
    since: now.toISOString(),
    renewed: now.toISOString(),
  };
}

function lostError(environment: string, holder: Lock | undefined): ActionError {
  const now = holder ? `; ${holder.by} holds it since ${holder.since} (${holder.operation})` : "";
  return new ActionError("LockLost", `the lock of "${environment}" is no longer this attempt's${now}`, {
    hint: "nothing was changed by this step; the run that has the lock decides how this attempt ends",
    ...(holder ? { details: { "held by run": holder.run.url } } : {}),
  });
}

function busyError(
  environment: string,
  { lock: holder, ageMs }: StoredLock,
  waitSeconds: number,
): ActionError {
  const minutes = Math.ceil((lockTtlMs - ageMs) / 60_000);
  return new ActionError(
    "EnvironmentBusy",
    `"${environment}" is still locked after ${waitSeconds} s by ${holder.by} (${holder.operation}) since ${holder.since}`,
    {
      hint: `wait for that run or cancel it, then run this one again; without a sign of life its lock ends in ${minutes} min`,
      details: { "held by run": holder.run.url },
    },
  );
}
