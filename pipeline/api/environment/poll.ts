import type { Clock } from "../../kit/clock.ts";
import { ActionError, explain } from "../../kit/errors.ts";

/** What waiting for Elastic Beanstalk needs of the step that waits. */
export interface WaitContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

/**
 * The pause before the next look, by the time since the first: a twelfth of it, between 0.3 and 5 seconds. What takes
 * seconds is seen at once, what takes minutes is not asked for hundreds of times. Jittered, since many deploys may wait.
 */
export function pauseMs(elapsedMs: number, random: number): number {
  return Math.min(Math.max(elapsedMs / 12, 300), 5000) * (0.75 + random / 2);
}

const mostFailuresInARow = 10;

/**
 * Looks until `look` gives a result. A look that fails is shown and tried again; what no repetition can cure, and the
 * tenth failure in a row, is thrown. Rejects with the signal's reason when it aborts.
 */
export async function pollUntil<T>(
  look: () => Promise<T | undefined>,
  { clock, signal, note }: WaitContext,
): Promise<T> {
  const startedAt = clock.now().getTime();
  let failures = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const result = await look();
      if (result !== undefined) return result;
      failures = 0;
    } catch (error) {
      failures += 1;
      const isTransient = !(error instanceof ActionError) || error.code === "ServiceUnavailable";
      if (!isTransient || failures >= mostFailuresInARow) throw error;
      note(`could not look, will try again: ${explain(error)}`);
    }
    await clock.sleep(pauseMs(clock.now().getTime() - startedAt, Math.random()), signal);
  }
}
