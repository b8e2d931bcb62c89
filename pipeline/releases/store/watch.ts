import type { S3Client } from "@aws-sdk/client-s3";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { WatchedEntry } from "./entries.ts";
import { frozenError, readFreeze } from "./freeze.ts";
import { parseHandle } from "./keys.ts";
import { type AttemptRecord, appendEntry, readAttempt } from "./ledger.ts";
import { renewLock } from "./lock.ts";
import { renewEveryMs } from "./lock-expiry.ts";

/** All that verification sees of an attempt. Each call throws `AttemptOver` once the attempt has ended. */
export interface Watch {
  /** Written ahead: from here on the release goes live only after `end("right", "")`. */
  begin(seconds: number): Promise<void>;
  /** Keeps the lock. Throws `EnvironmentFrozen` or `LockLost`: then somebody else decides what is live. */
  stay(): Promise<void>;
  /** Says what came of it; `wrong` makes whoever ends the attempt put it back. Said twice, the first holds. */
  end(outcome: WatchedEntry["outcome"], reason: string): Promise<void>;
}

/** How often a watch looks whether the environment was frozen. */
const freezeEveryMs = 5000;

/** The attempt that `release begin` made, as far as verification may write to it. */
export function openWatch(s3: S3Client, handle: string, context: ActionContext): Watch {
  const { bucket, environment, seq } = parseHandle(handle);
  const store = { s3, bucket };
  const { clock } = context;
  const now = (): number => clock.now().getTime();
  let frozenAskedAt = Number.NEGATIVE_INFINITY;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let lock: string | undefined;

  const open = async (): Promise<AttemptRecord> => {
    const attempt = await readAttempt(store, environment, seq);
    if (attempt.end) {
      throw new ActionError(
        "AttemptOver",
        `attempt ${seq} of "${environment}" is over: ${attempt.end.outcome} (${attempt.end.reason})`,
        { hint: "run the whole workflow again, so that it begins an attempt of its own" },
      );
    }
    return attempt;
  };
  const chained = ({ tail }: AttemptRecord) => ({
    schema: 1 as const,
    at: clock.now().toISOString(),
    previous: tail,
  });

  return {
    begin: async (seconds) => {
      const attempt = await open();
      lock = attempt.begin.lock;
      if (!attempt.watch) {
        await appendEntry(store, environment, seq, "watch", { ...chained(attempt), seconds });
      }
    },
    stay: async () => {
      lock ??= (await open()).begin.lock;
      if (now() - frozenAskedAt >= freezeEveryMs) {
        frozenAskedAt = now();
        const held = await readFreeze(store, environment);
        if (held) throw frozenError(environment, held.freeze);
      }
      if (now() - renewedAt >= renewEveryMs) {
        renewedAt = now();
        await renewLock(store, environment, lock, clock);
      }
    },
    end: async (outcome, reason) => {
      const attempt = await open();
      if (attempt.watched) return;
      await appendEntry(store, environment, seq, "watched", { ...chained(attempt), outcome, reason });
    },
  };
}
