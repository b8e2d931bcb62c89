import type { Fetched } from "./compression.ts";
import type { Invalidations } from "./invalidations.ts";

export interface Kept extends Fetched {
  readonly at: Date;
  readonly freshSeconds: number;
  /** By which an invalidation names it. */
  readonly address: string;
}

/** What one edge location keeps, by cache key. */
export class EdgeCache {
  readonly #kept = new Map<string, Kept>();
  readonly #invalidations: Invalidations;

  constructor(invalidations: Invalidations) {
    this.#invalidations = invalidations;
  }

  /** What is kept under the key, and whether it may be given without asking; nothing that was invalidated. */
  find(
    key: string,
    now: Date,
  ): { readonly kept: Kept; readonly age: number; readonly isFresh: boolean } | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (this.#invalidations.removed(kept.address, kept.at, now)) {
      this.#kept.delete(key);
      return undefined;
    }
    const age = Math.floor((now.getTime() - kept.at.getTime()) / 1000);
    return { kept, age, isFresh: age < kept.freshSeconds };
  }

  keep(key: string, kept: Kept): void {
    // Gone all the same where an invalidation was completed while the origin answered: what came may be older than that.
    if (kept.freshSeconds > 0) this.#kept.set(key, kept);
    else this.#kept.delete(key);
  }
}
