import { ActionError, explain } from "../../kit/errors.ts";
import { plain } from "../../kit/markdown.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EventStream } from "../environment/event-stream.ts";
import { type EventReading, type Fleet, instancesOf, type Observation } from "../environment/observation.ts";
import { observe } from "../environment/observe.ts";
import { pauseMs, pollUntil, type WaitContext } from "../environment/poll.ts";
import type { VersionSource } from "../versions/version-source.ts";
import { Hints } from "./hints.ts";
import { judge, notBegun } from "./judge.ts";
import { Limit } from "./limit.ts";
import { nowLine } from "./now-line.ts";
import type { Update, Verdict } from "./verdict.ts";

/** What an update came to, or what runs where none was sent. */
export interface Settled {
  readonly verdict: Exclude<Verdict, { readonly kind: "waiting" }>;
  /** For a failure: which instances run what, and what Elastic Beanstalk goes on doing. */
  readonly now: string;
  /** What enhanced health said of the instances at the last look. */
  readonly healthCauses: readonly string[];
}

/** What is looked at. */
export interface Watched {
  readonly beanstalk: Beanstalk;
  /** Where the environment's address answers with the version; undefined where it does not. */
  readonly answersAt: VersionSource | undefined;
  /** The update's events; undefined where nothing was sent. */
  readonly stream?: EventStream;
  /** Called once, at the first sign that the update fails: its instances are still there then. */
  readonly onTrouble?: () => void;
  /** How long the update may take, by the environment's settings; asked when it takes long. */
  readonly minutes?: () => Promise<number>;
}

/**
 * Looks until the judge has a verdict, showing events as they come. `first` is a look that was taken already. While the update is
 * under way its events alone are read, and the environment where they say that something ends or goes wrong, or say nothing. A
 * look that fails ends nothing before the deadline, but for one that the role may not take. A cancelled job aborts the update where
 * that is possible.
 */
export async function followUpdate(
  watched: Watched,
  given: Update,
  context: WaitContext,
  first?: Observation,
): Promise<Settled> {
  const { beanstalk, answersAt, stream } = watched;
  const { clock, signal, note } = context;
  const { requestId } = given;
  const hints = new Hints(requestId);
  const limit = new Limit(given, watched.minutes, clock);
  let progress = notBegun;
  let shown = "";
  let isTroubled = false;
  let taken = first;
  /** What the instances told when all was well, until something is not. */
  let told: Fleet | undefined;
  const showEvents = (fresh: readonly EventReading[]): void => {
    for (const event of fresh) note(eventLine(event, requestId));
    hints.take(fresh);
    if (isTroubled || !hints.trouble) return;
    isTroubled = true;
    watched.onTrouble?.();
  };
  let mayReadEvents = true;
  /** Events only say when to look and why it failed: a role that may not read them looks at the environment each time. */
  const readEvents = async (events: EventStream): Promise<readonly EventReading[]> => {
    try {
      return await events.read();
    } catch (error) {
      if (!isDenied(error)) throw error;
      mayReadEvents = false;
      note(`events are left out: ${plain(explain(error))}`);
      return [];
    }
  };
  const look = async (): Promise<Settled | undefined> => {
    const update = await limit.current();
    // What is Ready and well has no more to tell but whether it stays so.
    if (stream && mayReadEvents && progress.good === 0) showEvents(await readEvents(stream));
    if (stream && mayReadEvents && !hints.callForLook() && clock.now().getTime() < update.deadlineMs)
      return undefined;
    const observation = taken ?? (await observe(beanstalk, answersAt, told));
    taken = undefined;
    const judged = judge(update, progress, observation, stream?.events ?? [], clock.now().getTime());
    progress = judged.progress;
    const { verdict } = judged;
    if (verdict.kind !== "waiting") {
      const now = verdict.kind === "failed" ? await nowLine(beanstalk, observation) : "";
      return { verdict, now, healthCauses: instancesOf(observation.fleet).flatMap(({ causes }) => causes) };
    }
    hints.looked(observation.environment?.status === "Ready");
    told = progress.good > 0 && observation.fleet.kind === "known" ? observation.fleet : undefined;
    if (verdict.for !== shown) note(`  waiting for ${plain(verdict.for)}`);
    shown = verdict.for;
    return undefined;
  };
  try {
    if (stream) {
      showEvents(stream.events);
      await clock.sleep(firstLookMs, signal);
    }
    return await pollUntil(look, context, {
      pause: (elapsedMs, random) =>
        (hints.isQuiet && mayReadEvents ? quietPauseMs : pauseMs)(elapsedMs, random),
      isFinal: (error, failures) => limit.isOver() || (isDenied(error) && failures >= mostRefusals),
    });
  } catch (error) {
    if (!signal.aborted && !limit.isOver()) throw error;
    const failed = signal.aborted
      ? {
          outcome: "aborted" as const,
          why: requestId === "" ? "the job was cancelled" : await abortUpdate(beanstalk),
        }
      : { outcome: "timed-out" as const, why: `the environment could not be looked at: ${explain(error)}` };
    return { verdict: { kind: "failed", ...failed }, now: await nowLine(beanstalk), healthCauses: [] };
  }
}

const firstLookMs = 1200;

/** A right that is missing does not come by waiting; one that somebody has just granted takes its seconds. */
const mostRefusals = 6;

function isDenied(error: unknown): boolean {
  return error instanceof ActionError && error.code === "AccessDenied";
}

/** While events are all that is read: half of the time so far, up to 2 seconds, and 5 in what takes minutes. */
function quietPauseMs(elapsedMs: number, random: number): number {
  const most = Math.min(Math.max(elapsedMs / 10, 2000), 5000);
  return Math.min(Math.max(elapsedMs / 2, 1000), most) * (0.875 + random / 4);
}

async function abortUpdate(beanstalk: Beanstalk): Promise<string> {
  const cancelled = "the job was cancelled";
  try {
    const environment = await beanstalk.readEnvironment();
    if (environment?.abortable && (await beanstalk.abort()))
      return `${cancelled}; Elastic Beanstalk aborts the update`;
    if (environment?.status === "Ready")
      return `${cancelled}; the environment is Ready with "${environment.versionLabel}"`;
    return `${cancelled}; Elastic Beanstalk goes on with the update, which cannot be aborted now`;
  } catch (error) {
    return `${cancelled}; the update could not be aborted: ${explain(error)}`;
  }
}

function eventLine({ at, severity, message, requestId }: EventReading, ours: string): string {
  const other = requestId !== "" && requestId !== ours ? " (another operation)" : "";
  return `${at.toISOString().slice(11, 19)} ${severity.padEnd(5)} ${plain(message)}${other}`;
}
