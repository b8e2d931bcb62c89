import type { Clock } from "../../kit/clock.ts";
import { explain } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { EventStream } from "../environment/event-stream.ts";
import { type EventReading, isError } from "../environment/observation.ts";
import { pollUntil } from "../environment/poll.ts";
import type { AcceptedHealth } from "./health.ts";
import { judge, type Trial, type Verdict } from "./judge.ts";

export interface Watch {
  readonly wanted: string;
  readonly previous: string;
  readonly requestId: string;
  readonly accepted: AcceptedHealth;
  readonly timeoutMs: number;
  /** Called once, at the first sign that the update fails: its instances are still there then. */
  readonly onTrouble: () => void;
  readonly runner: Pick<Runner, "info">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type Ended = Exclude<Verdict, { readonly kind: "waiting" }>;

/** Follows an update to its end, showing events as they come. A cancelled job aborts the update where that is possible. */
export async function watchUpdate(beanstalk: Beanstalk, stream: EventStream, watch: Watch): Promise<Ended> {
  const { clock, runner, signal, requestId } = watch;
  const startedAtMs = clock.now().getTime();
  const note = (line: string): void => runner.info(line);
  let trial: Trial = {
    wanted: watch.wanted,
    previous: watch.previous,
    requestId,
    accepted: watch.accepted,
    goodLooks: 3,
    startedAtMs,
    deadlineMs: startedAtMs + watch.timeoutMs,
    good: 0,
    underWay: false,
    aborting: false,
    badSinceMs: undefined,
  };
  let shown = "";
  let troubled = false;
  try {
    return await pollUntil(
      async () => {
        const [environment, fresh] = await Promise.all([beanstalk.readEnvironment(), stream.read()]);
        for (const event of fresh) note(eventLine(event, requestId));
        if (!troubled && fresh.some((event) => isError(event) && event.requestId === requestId)) {
          troubled = true;
          watch.onTrouble();
        }
        const isReady = environment?.status === "Ready";
        const instances = isReady ? await beanstalk.readInstances() : undefined;
        const judged = judge(trial, { environment, instances }, stream.events, clock.now().getTime());
        trial = judged.trial;
        if (judged.verdict.kind !== "waiting") return judged.verdict;
        if (judged.verdict.for !== shown) note(`  waiting for ${judged.verdict.for}`);
        shown = judged.verdict.for;
        return undefined;
      },
      { clock, signal, note },
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    return { kind: "failed", outcome: "aborted", why: await abortUpdate(beanstalk) };
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
  return `${at.toISOString().slice(11, 19)} ${severity.padEnd(5)} ${message}${other}`;
}
