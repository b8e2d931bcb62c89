import { type EventReading, isError, type Observation } from "../environment/observation.ts";
import { type AcceptedHealth, isAccepted } from "./health.ts";

/** How an update ended that did not bring the version to life. */
export type Failure =
  | "aborted"
  | "reverted-by-eb"
  | "split-fleet"
  | "superseded"
  | "terminated"
  | "timed-out"
  | "unhealthy";

export type Verdict =
  | { readonly kind: "waiting"; readonly for: string }
  | { readonly kind: "deployed" }
  | { readonly kind: "failed"; readonly outcome: Failure; readonly why: string };

/** The update that is judged. */
export interface Update {
  readonly wanted: string;
  /** Label that ran before; "" where none did. */
  readonly previous: string;
  readonly requestId: string;
  readonly accepted: AcceptedHealth;
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

/** Before the first look. */
export const notBegun: Progress = { good: 0, underWay: false, aborting: false, badSinceMs: undefined };

interface Judgement {
  readonly verdict: Verdict;
  readonly progress: Progress;
}

/** Ready for so long, without a sign of our update having run: it is believed to be over. */
const lateStartMs = 60_000;

/**
 * Decides from one look at the environment, and all events so far, whether the update is still going on, is done, or has
 * failed and how. Never by the words of events alone: they are hints, and change between platforms.
 *
 * | status       | label          | instances, health, events       | verdict                       |
 * |--------------|----------------|---------------------------------|-------------------------------|
 * | gone, Terminat… |             |                                 | terminated                    |
 * | not Ready    |                |                                 | waiting                       |
 * | Ready        | the one before | some instances have ours        | split-fleet, or aborted       |
 * | Ready        | the one before | no instance has ours            | reverted-by-eb, or aborted    |
 * | Ready        | another        |                                 | superseded                    |
 * | Ready        | ours           | some instances have another     | waiting, then split-fleet     |
 * | Ready        | ours           | health not accepted             | waiting, then unhealthy       |
 * | Ready        | ours           | ERROR events of our request     | waiting, then unhealthy       |
 * | Ready        | ours           | good for some looks in a row    | deployed                      |
 * | any          |                | deadline over                   | timed-out                     |
 */
export function judge(
  update: Update,
  progress: Progress,
  { environment, instances }: Observation,
  events: readonly EventReading[],
  nowMs: number,
): Judgement {
  const ours = events.filter(({ requestId }) => requestId !== "" && requestId === update.requestId);
  const errors = ours.filter(isError);
  const fail = (outcome: Failure, why: string): Judgement => ({
    progress,
    verdict: { kind: "failed", outcome, why: [why, ...messages(errors)].join("; ") },
  });
  if (environment === undefined || environment.status.startsWith("Terminat")) {
    return fail("terminated", "the environment was terminated");
  }
  const wait = (waitingFor: string, changes: Partial<Progress> = {}): Judgement => {
    if (nowMs >= update.deadlineMs) {
      const minutes = Math.round((update.deadlineMs - update.startedAtMs) / 60_000);
      return fail("timed-out", `after ${minutes} minutes it was still waiting for ${waitingFor}`);
    }
    return { progress: { ...progress, good: 0, ...changes }, verdict: { kind: "waiting", for: waitingFor } };
  };
  if (environment.status !== "Ready") {
    const aborting = progress.aborting || environment.status === "Aborting";
    return wait(`Elastic Beanstalk (${environment.status})`, {
      aborting,
      underWay: true,
      badSinceMs: undefined,
    });
  }
  const underWay = progress.underWay || ours.some(isEnd) || nowMs - update.startedAtMs > lateStartMs;
  if (!underWay) return wait("the update to begin");

  const { wanted, previous } = update;
  if (environment.versionLabel !== wanted) {
    const runs = `the environment runs "${environment.versionLabel}", not "${wanted}"`;
    if (environment.versionLabel !== previous) return fail("superseded", runs);
    const changed = instances?.filter(({ versionLabel }) => versionLabel === wanted) ?? [];
    if (progress.aborting) return fail("aborted", runs);
    if (changed.length === 0) return fail("reverted-by-eb", runs);
    return fail("split-fleet", `${runs}, but ${changed.map(({ id }) => id).join(", ")} has the new one`);
  }
  const wrong = faultOf(update, progress, { environment, instances }, errors);
  if (wrong === undefined) {
    const good = progress.good + 1;
    if (good >= update.goodLooks) return { progress, verdict: { kind: "deployed" } };
    return wait("it to stay healthy", { good, underWay, badSinceMs: undefined });
  }
  const badSinceMs = progress.badSinceMs ?? nowMs;
  const patienceMs = wrong.patienceMs(badSinceMs - update.startedAtMs);
  if (nowMs - badSinceMs >= patienceMs) return fail(wrong.outcome, wrong.why);
  return wait(wrong.why, { underWay, badSinceMs });
}

interface Fault {
  readonly outcome: Failure;
  readonly why: string;
  /** How long it may last, given how long the update took: health and instance data lag behind the environment's. */
  patienceMs(updateMs: number): number;
}

function faultOf(
  { wanted, accepted }: Pick<Update, "wanted" | "accepted">,
  { aborting }: Pick<Progress, "aborting">,
  { environment, instances }: Observation,
  errors: readonly EventReading[],
): Fault | undefined {
  const settle = (updateMs: number): number => Math.min(Math.max(updateMs / 4, 2000), 60_000);
  const recover = (updateMs: number): number => Math.min(Math.max(updateMs * 2, 20_000), 180_000);
  const others = instances?.filter(({ versionLabel }) => versionLabel !== wanted) ?? [];
  if (others.length > 0) {
    const named = others.map(({ id, versionLabel }) => `${id} runs "${versionLabel}"`);
    const outcome = aborting ? "aborted" : "split-fleet";
    return { outcome, why: named.join(", "), patienceMs: settle };
  }
  if (errors.length > 0) {
    return { outcome: "unhealthy", why: "the update ended with errors", patienceMs: settle };
  }
  if (environment && !isAccepted(environment, accepted)) {
    const causes = instances?.flatMap(({ id, causes }) => causes.map((cause) => `${id}: ${cause}`)) ?? [];
    const health = `health ${environment.health} ${environment.healthStatus}`.trim();
    return { outcome: "unhealthy", why: [health, ...causes.slice(0, 4)].join("; "), patienceMs: recover };
  }
  return undefined;
}

function isEnd({ message }: EventReading): boolean {
  return /update completed successfully|operation is complete|Failed to deploy|was reverted to the previous/i.test(
    message,
  );
}

function messages(events: readonly EventReading[]): readonly string[] {
  return [...new Set(events.map(({ message }) => message))].slice(0, 4);
}
