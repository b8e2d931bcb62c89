import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { EventStream } from "../environment/event-stream.ts";
import {
  type EnvironmentReading,
  type EventReading,
  instancesOf,
  type Observation,
} from "../environment/observation.ts";
import type { WaitContext } from "../environment/poll.ts";
import type { BusyRule } from "../environment/ready.ts";
import { type Cause, causeOf } from "../logs/cause.ts";
import { LogCollector } from "../logs/log-collector.ts";
import type { LogExcerpt } from "../logs/logs.ts";
import { highestDeployment } from "./fleet.ts";
import { followUpdate, type Settled, type Watched } from "./follow-update.ts";
import type { AcceptedHealth } from "./health.ts";
import { startUpdate } from "./start-update.ts";
import { autoTimeoutMinutes, leastMinutes } from "./timeout.ts";
import type { UpdateRequest } from "./update-request.ts";
import type { Failure, Update } from "./verdict.ts";

export interface UpdateRules {
  readonly accepted: AcceptedHealth;
  /** Takes for right what can be seen, where Elastic Beanstalk does not say what the instances run. */
  readonly acceptUnknown: boolean;
  /** What to do while the environment is busy with another operation. */
  readonly busy: BusyRule;
  /** From the update on; undefined for what the environment's settings call for. */
  readonly timeoutMinutes: number | undefined;
  /** False starts the update, and looks no further. */
  readonly wait: boolean;
}

export interface EndedUpdate {
  readonly outcome: "right" | "started" | Failure;
  /** For a failure what was seen, for a success what could not be. */
  readonly why: string;
  /** For a failure: which instances run what, and what Elastic Beanstalk goes on doing. */
  readonly now: string;
  readonly requestId: string;
  /** For a failure: the reason, where one is found in what this deploy left. */
  readonly cause: Cause | undefined;
  readonly logs: LogExcerpt | undefined;
  /** The update's own events, oldest first. */
  readonly timeline: readonly EventReading[];
}

/** Of what was never sent, or not followed. */
export const unfollowed: Omit<EndedUpdate, "outcome" | "why" | "requestId"> = {
  ...{ now: "", cause: undefined, logs: undefined },
  timeline: [],
};

/** A Ready environment, and what its instances said, before anything is sent. */
export interface Before extends Observation {
  readonly environment: EnvironmentReading;
}

/** So many good looks in a row make a success: health lags behind an update, and flaps. */
const goodLooks = { afterUpdate: 3, untouched: 2 };
/** For the operation of somebody else that begins meanwhile. */
const untouchedMinutes = 15;

/** Updates the environment to a version that Elastic Beanstalk has, or its options, and follows that to its end. */
export async function runUpdate(
  eb: ElasticBeanstalkClient,
  watched: Pick<Watched, "beanstalk" | "answersAt">,
  request: UpdateRequest,
  before: Before,
  rules: UpdateRules,
  context: WaitContext,
): Promise<EndedUpdate> {
  const { beanstalk } = watched;
  const stream = await EventStream.from(beanstalk);
  const requestId = await startUpdate({ beanstalk, stream, request, busy: rules.busy }, context);
  if (!rules.wait) {
    const why = "the update was started and not waited for: how it ends was not looked at";
    return { ...unfollowed, outcome: "started", why, requestId };
  }
  const instances = instancesOf(before.fleet);
  const update: Update = {
    ...judged(request.wanted, before, rules, context, rules.timeoutMinutes ?? leastMinutes),
    // Options that concern no instance bring no deployment.
    deploymentBefore: request.keepsVersion ? 0 : highestDeployment(instances),
    requestId,
    goodLooks: goodLooks.afterUpdate,
  };
  const logs = new LogCollector(eb, beanstalk.environment, instances, stream.startsAt, context);
  const minutes = async () => autoTimeoutMinutes(await beanstalk.readSettings(), instances.length);
  const auto = rules.timeoutMinutes === undefined ? { minutes } : {};
  const onTrouble = () => logs.collect();
  const settled = await followUpdate({ ...watched, stream, onTrouble, ...auto }, update, context);
  const ours = stream.events.filter((event) => event.requestId === requestId);
  return ended(settled, requestId, logs, ours, context);
}

/** Judges what runs where nothing is to be done, by the same questions; `before` counts as the first look. */
export async function confirmRunning(
  eb: ElasticBeanstalkClient,
  watched: Pick<Watched, "beanstalk" | "answersAt">,
  wanted: string,
  before: Before,
  rules: UpdateRules,
  context: WaitContext,
): Promise<EndedUpdate> {
  const update: Update = {
    ...judged(wanted, before, rules, context, rules.timeoutMinutes ?? untouchedMinutes),
    deploymentBefore: 0,
    requestId: "",
    goodLooks: goodLooks.untouched,
  };
  const settled = await followUpdate(watched, update, context, before);
  const logs = new LogCollector(eb, watched.beanstalk.environment, [], new Date(0), context);
  return ended(settled, "", logs, [], context);
}

function judged(
  wanted: string,
  { environment }: Before,
  { accepted, acceptUnknown }: UpdateRules,
  { clock }: WaitContext,
  minutes: number,
): Omit<Update, "deploymentBefore" | "requestId" | "goodLooks"> {
  const startedAtMs = clock.now().getTime();
  const deadlineMs = startedAtMs + minutes * 60_000;
  return { wanted, previous: environment.versionLabel, accepted, acceptUnknown, startedAtMs, deadlineMs };
}

async function ended(
  { verdict, now, healthCauses }: Settled,
  requestId: string,
  collector: LogCollector,
  events: readonly EventReading[],
  { signal }: WaitContext,
): Promise<EndedUpdate> {
  if (verdict.kind === "right") {
    return { ...unfollowed, outcome: "right", why: verdict.doubt, requestId, timeline: events };
  }
  if (!signal.aborted) collector.collect();
  const logs = await collector.excerpt();
  // Where nothing was sent, nobody knows which of the platform's lines belong to what is wrong now.
  const engine = requestId === "" ? [] : (logs?.entries ?? []);
  const cause = causeOf({ engine, application: logs?.application ?? [], events, healthCauses });
  // The engine's log knows at which step a command failed; the instances only that it did.
  const isLater = verdict.outcome === "failed-before-change" && cause?.isAfterChange === true;
  const outcome = isLater ? "failed-new-version" : verdict.outcome;
  return { outcome, why: verdict.why, now, requestId, cause, logs, timeline: events };
}
