import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Beanstalk } from "../environment/beanstalk.ts";
import { EventStream } from "../environment/event-stream.ts";
import type { EnvironmentReading, InstanceReading } from "../environment/observation.ts";
import type { WaitContext } from "../environment/poll.ts";
import type { BusyRule } from "../environment/ready.ts";
import { LogCollector } from "../logs/log-collector.ts";
import type { LogExcerpt } from "../logs/logs.ts";
import { followUpdate } from "./follow-update.ts";
import type { AcceptedHealth } from "./health.ts";
import type { Failure } from "./judge.ts";
import { startUpdate } from "./start-update.ts";
import { autoTimeoutMinutes } from "./timeout.ts";

export interface UpdateRules {
  readonly accepted: AcceptedHealth;
  /** What to do while the environment is busy with another operation. */
  readonly busy: BusyRule;
  /** From the update on; undefined for what the environment's settings call for. */
  readonly timeoutMinutes: number | undefined;
}

export interface EndedUpdate {
  readonly outcome: "deployed" | Failure;
  /** For a failure: what was seen. */
  readonly why: string;
  readonly requestId: string;
  readonly logs: LogExcerpt | undefined;
}

/** So many good looks in a row make a success. */
const goodLooks = 3;

/** Updates the environment to a version that Elastic Beanstalk has, and follows that to its end. */
export async function runUpdate(
  eb: ElasticBeanstalkClient,
  beanstalk: Beanstalk,
  wanted: string,
  before: {
    readonly environment: Pick<EnvironmentReading, "versionLabel">;
    readonly instances: readonly InstanceReading[] | undefined;
  },
  { accepted, busy, timeoutMinutes }: UpdateRules,
  context: WaitContext,
): Promise<EndedUpdate> {
  const { clock, signal } = context;
  const [minutes, stream] = await Promise.all([
    timeoutMinutes ?? beanstalk.readSettings().then(autoTimeoutMinutes),
    EventStream.from(beanstalk),
  ]);
  const requestId = await startUpdate(beanstalk, wanted, busy, context);
  const startedAtMs = clock.now().getTime();
  const update = {
    wanted,
    previous: before.environment.versionLabel,
    requestId,
    accepted,
    goodLooks,
    startedAtMs,
    deadlineMs: startedAtMs + minutes * 60_000,
  };
  const logs = new LogCollector(eb, beanstalk.environment, before.instances ?? [], stream.startsAt, context);
  const ended = await followUpdate(beanstalk, stream, update, () => logs.collect(), context);
  if (ended.kind === "deployed") return { outcome: "deployed", why: "", requestId, logs: undefined };
  if (!signal.aborted) logs.collect();
  return { outcome: ended.outcome, why: ended.why, requestId, logs: await logs.excerpt() };
}
