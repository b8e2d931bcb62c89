import { type EventReading, isError, type Observation } from "../environment/observation.ts";
import { changedFault } from "./changed-fault.ts";
import { isEnd } from "./hints.ts";
import { keptFault } from "./kept-fault.ts";
import type { Ended, Failure, Progress, Update, Verdict } from "./verdict.ts";

/** Before the first look. */
export const notBegun: Progress = { good: 0, underWay: false, aborting: false, badSinceMs: undefined };

interface Judgement {
  readonly verdict: Verdict;
  readonly progress: Progress;
}

/**
 * Ready for so long, without having been seen otherwise: the update is believed to be over. Sooner where its events show
 * that it began, since only readings lag then.
 */
const lateStartMs = { begun: 5000, unheardOf: 60_000 };

/**
 * Decides from one look at the environment, and all events so far, whether the update is still going on, has brought the
 * version to life, or has failed and how; and the same of a version that runs already, where nothing was sent. The one
 * judge of what is green. Never by the words of events alone: they are hints, and change between platforms.
 *
 * | status          | label          | else                         | verdict                        |
 * |-----------------|----------------|------------------------------|--------------------------------|
 * | gone, Terminat… |                |                              | terminated                     |
 * | not Ready       |                |                              | waiting                        |
 * | Ready           | any            | our update not seen to begin | waiting                        |
 * | Ready           | another        |                              | superseded                     |
 * | Ready           | the one before |                              | by `keptFault`                 |
 * | Ready           | ours           | something wrong              | waiting, then `changedFault`'s |
 * | Ready           | ours           | good for some looks in a row | right                          |
 * | any             |                | deadline over                | timed-out                      |
 */
export function judge(
  update: Update,
  progress: Progress,
  observation: Observation,
  events: readonly EventReading[],
  nowMs: number,
): Judgement {
  const { environment } = observation;
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
    const started = { aborting, underWay: true, badSinceMs: undefined };
    return wait(`Elastic Beanstalk (${environment.status})`, started);
  }
  const isLate = nowMs - update.startedAtMs > lateStartMs[ours.length > 0 ? "begun" : "unheardOf"];
  const underWay = progress.underWay || update.requestId === "" || ours.some(isEnd) || isLate;
  if (!underWay) return wait("the update to begin");

  const ended: Ended = { ...observation, environment, errors };
  const wrong = faultOf(update, progress.aborting, ended);
  if (wrong === undefined) {
    const good = progress.good + 1;
    if (good < update.goodLooks) return wait("it to stay healthy", { good, underWay, badSinceMs: undefined });
    return { progress, verdict: { kind: "right", doubt: doubtOf(ended) } };
  }
  const badSinceMs = progress.badSinceMs ?? nowMs;
  const patienceMs = wrong.patienceMs(badSinceMs - update.startedAtMs);
  if (nowMs - badSinceMs >= patienceMs) return fail(wrong.outcome, wrong.why);
  return wait(wrong.why, { underWay, badSinceMs });
}

function faultOf(update: Update, aborting: boolean, ended: Ended) {
  const { versionLabel } = ended.environment;
  if (versionLabel === update.wanted) return changedFault(update, aborting, ended);
  if (versionLabel === update.previous) return keptFault(update, aborting, ended);
  const why = `the environment runs "${versionLabel}", not "${update.wanted}"`;
  return { outcome: "superseded" as const, why, patienceMs: () => 0 };
}

function doubtOf({ fleet, served }: Ended): string {
  if (fleet.kind === "known" || served.kind === "version") return "";
  return `what each instance runs was not looked at (${fleet.why})`;
}

function messages(events: readonly EventReading[]): readonly string[] {
  return [...new Set(events.map(({ message }) => message))].slice(0, 4);
}
