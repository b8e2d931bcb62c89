import { explain } from "./errors.ts";

/**
 * How many requests may be under way. It doubles with every window of answers until the server first asks for less; from
 * then on it grows by one per window and halves when asked: additive increase, multiplicative decrease. So it finds the
 * rate that a server takes which does not name one.
 */
export class AdaptiveLimit {
  #current: number;
  readonly #most: number;
  #successes = 0;
  #wasPushedBack = false;
  /** Answers still to come to requests that were sent before the last halving. */
  #stale = 0;

  constructor(start: number, most: number) {
    this.#current = start;
    this.#most = most;
  }

  get current(): number {
    return this.#current;
  }

  succeeded(): void {
    this.#stale = Math.max(0, this.#stale - 1);
    this.#successes += 1;
    const enough = this.#wasPushedBack ? this.#current : 1;
    if (this.#successes < enough || this.#current >= this.#most) return;
    this.#current += 1;
    this.#successes = 0;
  }

  /** The server asked for less: half as many from now on. */
  pushedBack(): void {
    this.#wasPushedBack = true;
    this.#successes = 0;
    if (this.#stale > 0) {
      this.#stale -= 1;
      return;
    }
    this.#stale = this.#current - 1;
    this.#current = Math.max(1, Math.floor(this.#current / 2));
  }
}

/**
 * Runs `work` for every item, as many at once as the limit allows. After the first failure, or an abort, no further item
 * begins; those under way are waited for. Rejects with the failure or, where more requests failed together, with the
 * first few of them: they mostly say the same.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  limit: AdaptiveLimit,
  signal: AbortSignal,
  work: (item: T) => Promise<{ readonly pushedBack: boolean }>,
): Promise<void> {
  const failures: unknown[] = [];
  const queue = items[Symbol.iterator]();
  let running = 0;
  const run = async (item: T): Promise<void> => {
    try {
      const { pushedBack } = await work(item);
      if (pushedBack) limit.pushedBack();
      else limit.succeeded();
    } catch (error) {
      failures.push(error);
    }
  };
  await new Promise<void>((resolve) => {
    const fill = (): void => {
      while (running < limit.current && failures.length === 0 && !signal.aborted) {
        const next = queue.next();
        if (next.done) break;
        running += 1;
        void run(next.value).then(() => {
          running -= 1;
          fill();
        });
      }
      if (running === 0) resolve();
    };
    fill();
  });
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    const shown = failures.slice(0, 3);
    const message = `${failures.length} requests failed: ${shown.map(explain).join("; ")}`;
    throw new AggregateError(shown, message);
  }
  signal.throwIfAborted();
}
