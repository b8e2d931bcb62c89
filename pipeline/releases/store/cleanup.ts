import { randomUUID } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";
import type { RunReference } from "./entries.ts";
import { keys } from "./keys.ts";
import { createText, readText, replaceText, type Store } from "./objects.ts";

/** `sweep.json`: one for all environments, since they share releases and blobs. */
interface CleanupRecord {
  readonly schema: 1;
  /** Names the clean-up that is under way; null while none is. */
  readonly token: string | null;
  readonly environment: string;
  readonly run: RunReference;
  /** How many releases the last clean-up kept. */
  readonly kept: number;
}

/** A clean-up that gave no sign of life for so long, by S3's clock, is over; one renews its sign before every batch. */
export const cleanupTtlMs = 10 * 60_000;

interface StoredCleanup {
  readonly record: CleanupRecord;
  readonly etag: string;
  readonly isRunning: boolean;
}

/** The right to take things out of the store, while nobody who may need them begins. */
export interface Cleanup {
  /** Throws `LockLost` when somebody else has taken the clean-up for dead. */
  renew(): Promise<void>;
  /** Ends it; `kept` releases are left, undefined when it was given up. */
  end(kept: number | undefined): Promise<void>;
}

async function readCleanup(store: Store): Promise<StoredCleanup | undefined> {
  const stored = await readText(store, keys.cleanup);
  if (!stored) return undefined;
  try {
    const record = JSON.parse(stored.text) as CleanupRecord;
    return { record, etag: stored.etag, isRunning: record.token !== null && stored.ageMs < cleanupTtlMs };
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `"${keys.cleanup}" is torn: it is no JSON`, {
      hint: "remove the object; it only says whether the store is being cleaned up",
      cause,
    });
  }
}

/** How many releases the last clean-up kept; 0 before the first. */
export async function lastKept(store: Store): Promise<number> {
  return (await readCleanup(store))?.record.kept ?? 0;
}

/**
 * Begins a clean-up; undefined while another one runs. Whoever begins an attempt writes its lock and then looks for one;
 * whoever cleans up writes this and then looks for locks: so one of the two sees the other, whatever their timing.
 */
export async function beginCleanup(
  store: Store,
  environment: string,
  run: RunReference,
): Promise<Cleanup | undefined> {
  const stored = await readCleanup(store);
  if (stored?.isRunning) return undefined;
  const mine: CleanupRecord = {
    schema: 1,
    token: randomUUID(),
    environment,
    run,
    kept: stored?.record.kept ?? 0,
  };
  let held = stored
    ? await replaceText(store, keys.cleanup, format(mine), stored.etag)
    : await createText(store, keys.cleanup, format(mine));
  if (!held) return undefined;
  const write = async (record: CleanupRecord): Promise<void> => {
    held = held && (await replaceText(store, keys.cleanup, format(record), held.etag));
    if (!held) throw new ActionError("LockLost", "another run has taken this clean-up of the store for dead");
  };
  return {
    renew: () => write(mine),
    end: (kept = mine.kept) => write({ ...mine, token: null, kept }),
  };
}

/** Where a clean-up works from, and which run does. */
type CleanupOwner = Pick<CleanupRecord, "environment" | "run">;

/**
 * Waits until nobody takes anything out of the store. Called under an environment's lock, before an attempt relies on what
 * is there. A clean-up whose run is over, or that gave no sign of life for `cleanupTtlMs`, is ended: what it left undone, the
 * next one does.
 */
export async function waitForCleanup(
  store: Store,
  {
    clock,
    signal,
    isOver,
    onWait,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly isOver: (owner: CleanupOwner) => Promise<boolean>;
    readonly onWait: (owner: CleanupOwner) => void;
  },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    const stored = await readCleanup(store);
    if (!stored || stored.record.token === null) return;
    if (!stored.isRunning || (await isOver(stored.record))) {
      const ended = format({ ...stored.record, token: null });
      if (await replaceText(store, keys.cleanup, ended, stored.etag)) return;
      continue;
    }
    if (tries % 30 === 0) onWait(stored.record);
    await clock.sleep(1000, signal);
  }
}

function format(record: CleanupRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
