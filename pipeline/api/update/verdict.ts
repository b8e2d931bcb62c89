import type { EventReading, Observation } from "../environment/observation.ts";
import type { AcceptedHealth } from "./health.ts";

/** How a deploy ended that did not bring the version to life. */
export type Failure =
  | "aborted"
  | "failed-before-change"
  | "failed-new-version"
  | "not-known"
  | "reverted-by-eb"
  | "split-fleet"
  | "superseded"
  | "terminated"
  | "timed-out"
  | "unhealthy";

export type Verdict =
  | { readonly kind: "waiting"; readonly for: string }
  /** `doubt` is what could not be looked at, and was accepted; "" where all was. */
  | { readonly kind: "right"; readonly doubt: string }
  | { readonly kind: "failed"; readonly outcome: Failure; readonly why: string };

/** What is judged: an update that was sent, or what runs already. */
export interface Update {
  readonly wanted: string;
  /** Label that ran before; "" where none did. */
  readonly previous: string;
  /** Highest deployment id that the instances had before; 0 where nothing was sent. */
  readonly deploymentBefore: number;
  /** Under which the update's events run; "" where nothing was sent. */
  readonly requestId: string;
  readonly accepted: AcceptedHealth;
  /** Takes for right what can be seen, where the instances cannot be. */
  readonly acceptUnknown: boolean;
  /** So many good looks in a row make a success. */
  readonly goodLooks: number;
  readonly startedAtMs: number;
  readonly deadlineMs: number;
}

/** What the judge remembers from one look to the next. */
export interface Progress {
  /** Good looks so far, in a row. */
  readonly good: number;
  /** The update has been seen under way, or its end has: only then does Ready mean that it is over. */
  readonly underWay: boolean;
  /** Somebody asked Elastic Beanstalk to abort it. */
  readonly aborting: boolean;
  /** Since when Ready, and something is wrong with it. */
  readonly badSinceMs: number | undefined;
}

/** What is wrong with a Ready environment. */
export interface Fault {
  readonly outcome: Failure;
  readonly why: string;
  /** How long it may last, given how long the update took: health and instance data lag behind the environment's. */
  patienceMs(updateMs: number): number;
}

/** For data that lags: an instance says a moment later what it runs. */
export const settle = (updateMs: number): number => Math.min(Math.max(updateMs / 4, 2000), 60_000);
/** For health, which follows some checks later, and for instances that have just been launched. */
export const recover = (updateMs: number): number => Math.min(Math.max(updateMs * 2, 20_000), 180_000);

/** A Ready environment, and the errors that the update has met. */
export interface Ended extends Observation {
  readonly environment: NonNullable<Observation["environment"]>;
  readonly errors: readonly EventReading[];
}
