import { answerLines } from "./check.ts";
import { type CheckReleaseOptions, requestsOf, type Stayed } from "./check-release.ts";
import type { Wanted } from "./release-checks.ts";
import { askRound, judgeRound } from "./round.ts";

const pauseMs = 2000;
const tellEverySeconds = 30;

interface Watching {
  readonly seconds: number;
  /** Rounds that may go wrong before the watch fails. */
  readonly budget: number;
  /** Called before each round; what it throws ends the watch. */
  readonly stay: () => Promise<void>;
}

/**
 * Goes on asking the public addresses of a verified release for the given time. Resolves with the findings of the round that exceeded the budget,
 * at once; rejects with what `stay` threw, or when the job is cancelled.
 */
export async function watchRelease(
  wanted: Wanted,
  { seconds: watchSeconds, budget, stay }: Watching,
  { clock, signal, onProgress }: Pick<CheckReleaseOptions, "clock" | "signal" | "onProgress">,
): Promise<Stayed> {
  const start = clock.now().getTime();
  const seconds = (): number => (clock.now().getTime() - start) / 1000;
  let requests = 0;
  let wrong = 0;
  let toldAt = 0;
  for (let rounds = 1; ; rounds += 1) {
    await stay();
    const asked = await askRound(wanted, signal);
    requests += requestsOf(asked);
    const { findings } = judgeRound(asked, wanted);
    if (findings.length > 0) {
      wrong += 1;
      onProgress(
        `after ${seconds().toFixed(1)} s: ${findings.map(({ message }) => message).join("; ")} (${wrong} of at most ${budget})`,
      );
      if (wrong > budget) {
        return { verified: false, findings, answers: answerLines(asked), requests, seconds: seconds() };
      }
    }
    if (seconds() >= watchSeconds) return { verified: true, requests, seconds: seconds() };
    if (seconds() - toldAt >= tellEverySeconds) {
      toldAt = seconds();
      onProgress(
        `watching: ${Math.round(toldAt)} of ${watchSeconds} s, ${rounds - wrong} of ${rounds} rounds right`,
      );
    }
    await clock.sleep(Math.min(pauseMs, Math.max(0, watchSeconds * 1000 - seconds() * 1000)), signal);
  }
}
