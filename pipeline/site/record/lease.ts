import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";
import type { UnfinishedSync } from "../plan/site-record.ts";
import type { StoredRecord } from "./read-record.ts";
import type { RecordWriter } from "./record-writer.ts";

/**
 * The lease of a site that syncs on its own share is the record itself: the sync that wrote it as unfinished holds it, and
 * renews it by copying the record onto itself. Its age is S3's `Date` less its `Last-Modified`, so that no runner's clock
 * counts. Taken by `If-Match`, as every write of the record, it costs no request of its own.
 */
export const leaseMs = 90_000;
export const renewEveryMs = 20_000;

/** One attempt of one run, as the holder of a lease. */
interface LeaseHolder {
  /** Address of the run. */
  readonly by: string;
  readonly attempt: number;
}

/**
 * Throws `SiteBusy`, naming the run, while another sync holds the lease. Not for a later attempt of the run that held it:
 * that one is over.
 */
export function refuseWhileHeld(stored: StoredRecord | undefined, mine: LeaseHolder, now: Date): void {
  const held = stored?.record.unfinished;
  if (stored === undefined || held?.attempt === undefined) return;
  if (held.by === mine.by && held.attempt < mine.attempt) return;
  const age = (stored.readAt ?? now).getTime() - stored.modifiedAt.getTime();
  if (age >= leaseMs) return;
  const seconds = Math.ceil((leaseMs - age) / 1000);
  throw new ActionError("SiteBusy", `another sync of this site is under way: ${held.by}, since ${held.at}`, {
    hint: `run this one again when that run is over; if it died, in ${seconds} s. A \`concurrency\` group makes syncs wait for each other`,
  });
}

/** A lease that is held, from the first write of the record as unfinished until it is closed. */
export class Lease implements Disposable {
  readonly #record: RecordWriter;
  readonly #clock: Clock;
  readonly #done = new AbortController();
  readonly #lost = new AbortController();
  #renewedAt: number;

  constructor(record: RecordWriter, clock: Clock) {
    this.#record = record;
    this.#clock = clock;
    this.#renewedAt = clock.now().getTime();
    void this.#keep();
  }

  /** Aborts when another sync took the lease over. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Must be awaited before each phase: throws when the lease is another's, as it may be when this process slept. */
  async check(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    if (this.#clock.now().getTime() - this.#renewedAt >= renewEveryMs) await this.#renew();
    this.#lost.signal.throwIfAborted();
  }

  [Symbol.dispose](): void {
    this.#done.abort();
  }

  async #keep(): Promise<void> {
    while (!this.#done.signal.aborted) {
      try {
        await this.#clock.sleep(renewEveryMs, this.#done.signal);
        await this.#renew();
      } catch {
        // Closed meanwhile.
      }
    }
  }

  /** A renewal that S3 did not take is tried again: the lease lasts longer than several of them. */
  async #renew(): Promise<void> {
    if (this.#record.content?.unfinished === undefined) return;
    try {
      await this.#record.renew();
      this.#renewedAt = this.#clock.now().getTime();
    } catch (error) {
      if (error instanceof ActionError && error.code === "SiteChangedMeanwhile") this.#lost.abort(error);
    }
  }
}

/** What an unfinished sync that holds no lease any more leaves: nothing, where all that it set out to put is on record. */
export function withoutLease(unfinished: UnfinishedSync): { readonly unfinished?: UnfinishedSync } {
  const { attempt: _, ...left } = unfinished;
  return left.objects.size === 0 ? {} : { unfinished: left };
}
