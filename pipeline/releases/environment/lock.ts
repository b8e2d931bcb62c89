import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { waitForCleanup } from "../store/cleanup.ts";
import { type RunReference, runReference } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { acquireLock, type HeldLock, releaseLock } from "../store/lock.ts";

/** The lock of one environment, as this run takes it. */
export interface EnvironmentLock {
  /** Waits for whoever holds it, and says so; `waitSeconds` is other than what the step was told. Throws `EnvironmentBusy`. */
  take(operation: string, waitSeconds?: number): Promise<HeldLock>;
  /** Failing that is a warning: the lock ends by itself, and what was done under it stands. */
  giveBack(token: string): Promise<void>;
  /**
   * Waits until nobody takes anything out of the store. Called under the lock: nothing of what an attempt relies on is
   * taken out from here on, since whoever wants to sees the lock.
   */
  waitForCleanup(): Promise<void>;
}

/** How long a run waits for the lock, and how it learns that another run has left it behind. */
interface LockRules {
  readonly waitSeconds: number;
  readonly isOver: (run: RunReference) => Promise<boolean>;
}

export function environmentLock(
  { name, store }: Environment,
  rules: LockRules,
  { run, runner, clock, signal }: Pick<ActionContext, "run" | "runner" | "clock" | "signal">,
): EnvironmentLock {
  return {
    take: async (operation, waitSeconds = rules.waitSeconds) => {
      const held = await acquireLock(store, name, {
        by: run.actor,
        operation,
        run: runReference(run),
        waitSeconds,
        clock,
        signal,
        onWait: (holder) =>
          runner.info(
            `waiting for ${holder.by} (${holder.operation}), who has locked ${name} since ${holder.since}: ${holder.run.url}`,
          ),
        isOver: (holder) => rules.isOver(holder.run),
      });
      const from = held.takenFrom;
      if (from && from.run.id !== run.runId) {
        runner.notice(
          `took over the lock of ${name} from ${from.by} (${from.operation}, ${from.run.url}): that run is over, or has given no sign of life since ${from.renewed}`,
        );
      }
      return held;
    },
    giveBack: async (token) => {
      await releaseLock(store, name, token).catch((error: unknown) =>
        runner.warning(
          `could not give the lock of ${name} back: ${explain(error)}. The next run takes it over once GitHub says that this one is over, or 15 minutes from now.`,
        ),
      );
    },
    waitForCleanup: () =>
      waitForCleanup(store, {
        clock,
        signal,
        // A clean-up works under its own environment's lock, so where that is held by this run now it is dead.
        isOver: async ({ environment, run: owner }) => environment === name || rules.isOver(owner),
        onWait: ({ environment, run: owner }) =>
          runner.info(`waiting until ${environment} has taken old releases out of the store: ${owner.url}`),
      }),
  };
}
