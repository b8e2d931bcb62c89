import { explain } from "../../kit/errors.ts";
import { plain } from "../../kit/markdown.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EventStream } from "../environment/event-stream.ts";
import {
  type EventReading,
  type Fleet,
  instancesOf,
  isError,
  type Observation,
} from "../environment/observation.ts";
import { observe } from "../environment/observe.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import { judge, notBegun } from "./judge.ts";
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
  /** Where the environment's address answers with the version; "" where it does not. */
  readonly versionPath: string;
  /** The update's events; undefined where nothing was sent. */
  readonly stream?: EventStream;
  /** Called once, at the first sign that the update fails: its instances are still there then. */
  readonly onTrouble?: () => void;
}

/**
 * Looks until the judge has a verdict, showing events as they come. `first` is a look that was taken already. A cancelled job
 * aborts the update where that is possible.
 */
export async function followUpdate(
  watched: Watched,
  update: Update,
  context: WaitContext,
  first?: Observation,
): Promise<Settled> {
  const { beanstalk, versionPath, stream, onTrouble } = watched;
  const { clock, signal, note } = context;
  let progress = notBegun;
  let shown = "";
  let isTroubled = false;
  let taken = first;
  /** What the instances told when all was well, until something is not. */
  let told: Fleet | undefined;
  const showEvents = (fresh: readonly EventReading[]): void => {
    for (const event of fresh) note(eventLine(event, update.requestId));
    if (isTroubled || !fresh.some((event) => isError(event) && event.requestId === update.requestId)) return;
    isTroubled = true;
    onTrouble?.();
  };
  try {
    return await pollUntil(async () => {
      const [observation] = await Promise.all([
        taken ?? observe(beanstalk, versionPath, told),
        stream?.read().then(showEvents),
      ]);
      taken = undefined;
      const judged = judge(update, progress, observation, stream?.events ?? [], clock.now().getTime());
      progress = judged.progress;
      const { verdict } = judged;
      if (verdict.kind !== "waiting") {
        const now = verdict.kind === "failed" ? await nowLine(beanstalk, observation) : "";
        return { verdict, now, healthCauses: instancesOf(observation.fleet).flatMap(({ causes }) => causes) };
      }
      told = progress.good > 0 && observation.fleet.kind === "known" ? observation.fleet : undefined;
      if (verdict.for !== shown) note(`  waiting for ${plain(verdict.for)}`);
      shown = verdict.for;
      return undefined;
    }, context);
  } catch (error) {
    if (!signal.aborted) throw error;
    const why = update.requestId === "" ? "the job was cancelled" : await abortUpdate(beanstalk);
    return {
      verdict: { kind: "failed", outcome: "aborted", why },
      now: await nowLine(beanstalk),
      healthCauses: [],
    };
  }
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
