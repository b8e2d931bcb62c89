import { randomUUID } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";
import type { RunReference } from "./entries.ts";
import { keys } from "./keys.ts";
import { createText, readText, replaceText, type Store } from "./objects.ts";

/** `sweep.json`: one for all environments, since they share releases and blobs. */
interface SweepRecord {
  readonly schema: 1;
  /** Names the sweep that is under way; null while none is. */
  readonly token: string | null;
  readonly environment: string;
  readonly run: RunReference;
  /** How many releases the last sweep kept. */
  readonly kept: number;
}

/** A sweep that gave no sign of life for so long, by S3's clock, is over; one renews its sign before every batch. */
export const sweepTtlMs = 10 * 60_000;

interface StoredSweep {
  readonly record: SweepRecord;
  readonly etag: string;
  readonly isRunning: boolean;
}

/** The right to take things out of the store, while nobody who may need them begins. */
export interface Sweep {
  /** Throws `LockLost` when somebody else has taken the sweep for dead. */
  renew(): Promise<void>;
  /** Ends it; `kept` releases are left, undefined when it was given up. */
  end(kept: number | undefined): Promise<void>;
}

async function readSweep(store: Store): Promise<StoredSweep | undefined> {
  const stored = await readText(store, keys.sweep);
  if (!stored) return undefined;
  try {
    const record = JSON.parse(stored.text) as SweepRecord;
    return { record, etag: stored.etag, isRunning: record.token !== null && stored.ageMs < sweepTtlMs };
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `"${keys.sweep}" is torn: it is no JSON`, {
      hint: "remove the object; it only says whether the store is being cleaned up",
      cause,
    });
  }
}

/** How many releases the last sweep kept; 0 before the first. */
export async function lastKept(store: Store): Promise<number> {
  return (await readSweep(store))?.record.kept ?? 0;
}

/**
 * Begins a sweep; undefined while another one runs. Whoever begins an attempt writes its lock and then looks for a sweep;
 * whoever sweeps writes this and then looks for locks: so one of the two sees the other, whatever their timing.
 */
export async function beginSweep(
  store: Store,
  environment: string,
  run: RunReference,
): Promise<Sweep | undefined> {
  const stored = await readSweep(store);
  if (stored?.isRunning) return undefined;
  const mine: SweepRecord = {
    schema: 1,
    token: randomUUID(),
    environment,
    run,
    kept: stored?.record.kept ?? 0,
  };
  let held = stored
    ? await replaceText(store, keys.sweep, format(mine), stored.etag)
    : await createText(store, keys.sweep, format(mine));
  if (!held) return undefined;
  const write = async (record: SweepRecord): Promise<void> => {
    held = held && (await replaceText(store, keys.sweep, format(record), held.etag));
    if (!held) throw new ActionError("LockLost", "another run has taken this clean-up of the store for dead");
  };
  return {
    renew: () => write(mine),
    end: (kept = mine.kept) => write({ ...mine, token: null, kept }),
  };
}

/** Where a sweep works from, and which run does. */
export type Sweeper = Pick<SweepRecord, "environment" | "run">;

/**
 * Waits until nobody takes anything out of the store. Called under an environment's lock, before an attempt relies on what
 * is there. A sweep whose run is over, or that gave no sign of life for `sweepTtlMs`, is ended: what it left undone, the
 * next one does.
 */
export async function waitForSweep(
  store: Store,
  {
    clock,
    signal,
    isOver,
    onWait,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly isOver: (sweeper: Sweeper) => Promise<boolean>;
    readonly onWait: (sweeper: Sweeper) => void;
  },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    const stored = await readSweep(store);
    if (!stored || stored.record.token === null) return;
    if (!stored.isRunning || (await isOver(stored.record))) {
      const ended = format({ ...stored.record, token: null });
      if (await replaceText(store, keys.sweep, ended, stored.etag)) return;
      continue;
    }
    if (tries % 30 === 0) onWait(stored.record);
    await clock.sleep(1000, signal);
  }
}

function format(record: SweepRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
