import type { Clock } from "../../kit/clock.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { plain } from "../../kit/markdown.ts";

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

/** How a wait differs from the usual one. */
interface PollRules {
  /** Before the next look, by the time since the first. */
  pause(elapsedMs: number, random: number): number;
  /** Whether a failed look ends the wait, by how many failed in a row. */
  isFinal(error: unknown, failures: number): boolean;
}

const usual: PollRules = {
  pause: pauseMs,
  isFinal: (error, failures) => {
    const isTransient = !(error instanceof ActionError) || error.code === "ServiceUnavailable";
    return !isTransient || failures >= mostFailuresInARow;
  },
};

/** After a look that failed: longer each time, up to half a minute. */
function backOffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(500 * 2 ** failures, 30_000);
}

/**
 * Looks until `look` gives a result. A look that fails is shown and tried again, with growing pauses; what no repetition can cure,
 * and the tenth failure in a row, is thrown, unless `rules` say otherwise. Rejects with the signal's reason when it aborts.
 */
export async function pollUntil<T>(
  look: () => Promise<T | undefined>,
  { clock, signal, note }: WaitContext,
  rules: Partial<PollRules> = {},
): Promise<T> {
  const { pause, isFinal } = { ...usual, ...rules };
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
      if (signal.aborted || isFinal(error, failures)) throw error;
      note(`could not look, will try again: ${plain(explain(error))}`);
    }
    const random = Math.random();
    const ms = Math.max(
      pause(clock.now().getTime() - startedAt, random),
      backOffMs(failures) * (0.5 + random / 2),
    );
    await clock.sleep(ms, signal);
  }
}
