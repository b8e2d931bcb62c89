import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./context.ts";

const everyMs = 10 * 60_000;
/** It lists the whole bucket. */
const sweepEveryMs = 24 * 60 * 60_000;

/** Removes what has expired, now and then, until the signal. Every instance does it; what one did, another finds done. */
export async function keepUp({ uploads, limits, logger }: Context, signal: AbortSignal): Promise<void> {
  let nextSweep = Date.now() + sweepEveryMs * Math.random();
  for (;;) {
    // Instances that were started together drift apart.
    await sleep(everyMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    try {
      await limits.expire();
      const removed = await uploads.expire();
      if (removed > 0) logger.info({ removed }, "removed uploads that no post shows");
      if (Date.now() < nextSweep) continue;
      nextSweep = Date.now() + sweepEveryMs;
      const swept = await uploads.sweep();
      if (swept > 0) logger.info({ swept }, "removed photos that nothing knew of");
    } catch (error) {
      logger.warn({ error }, "could not remove what has expired; it is tried again later");
    }
  }
}
