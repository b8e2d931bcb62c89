import { setTimeout as sleep } from "node:timers/promises";

/** How often the condition is asked: often enough that no test waits for the asking. */
const everyMs = 10;

/**
 * Asks until the condition holds, and returns what it answered then. Rejects with the condition's own text where it does not hold
 * within the deadline, which is for hangs: no test should come near it. A condition that throws ends the wait.
 */
export async function until<Answer>(
  condition: () => Answer | Promise<Answer>,
  deadlineSeconds = 60,
): Promise<Exclude<Answer, undefined | null | false>> {
  const vain = new Error(`waited ${deadlineSeconds} s in vain for: ${condition}`);
  const end = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    const answer = await condition();
    if (answer) return answer as Exclude<Answer, undefined | null | false>;
    if (performance.now() > end) throw vain;
    await sleep(everyMs);
  }
}
