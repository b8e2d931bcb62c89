import {
  type ElasticBeanstalkClient,
  type EnvironmentInfoDescription,
  RequestEnvironmentInfoCommand,
  RetrieveEnvironmentInfoCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { call } from "../environment/call.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import { readLine } from "./application-log.ts";
import { type EngineEntry, engineEntries, flippedAt, isEngineError } from "./engine-log.ts";

/** The tail of one instance's logs, as Elastic Beanstalk collects them. */
export interface InstanceLogs {
  readonly instanceId: string;
  readonly text: string;
}

/** The lines of one instance that tell why the API does not run. */
export interface LogExcerpt {
  readonly instanceId: string;
  /** The last words of the API itself. */
  readonly application: readonly string[];
  /** The errors of the platform that deployed it. */
  readonly engine: readonly string[];
  /** All that the platform's log says of this deploy. */
  readonly entries: readonly EngineEntry[];
}

const waitMs = 30_000;
const fetchMs = 10_000;

/**
 * Has Elastic Beanstalk collect the tails of the instances' logs, and fetches them, those of instances that a failed
 * update took away included where it kept them. `since` is by Elastic Beanstalk's clock: older tails are left out.
 */
export async function collectLogs(
  eb: ElasticBeanstalkClient,
  environment: string,
  since: Date,
  context: WaitContext,
): Promise<readonly InstanceLogs[]> {
  const { clock } = context;
  const retrieve = async (): Promise<readonly EnvironmentInfoDescription[]> => {
    const answer = await call("RetrieveEnvironmentInfo", clock, () =>
      eb.send(new RetrieveEnvironmentInfoCommand({ EnvironmentName: environment, InfoType: "tail" })),
    );
    return (answer.EnvironmentInfo ?? []).filter(
      ({ SampleTimestamp }) => (SampleTimestamp ?? since) >= since,
    );
  };
  // It is an error to retrieve what nobody has requested.
  const kept = await retrieve().catch(() => []);
  const known = new Set(kept.map(({ Message }) => Message));
  await call("RequestEnvironmentInfo", clock, () =>
    eb.send(new RequestEnvironmentInfoCommand({ EnvironmentName: environment, InfoType: "tail" })),
  );
  const until = clock.now().getTime() + waitMs;
  const samples = await pollUntil(async () => {
    const all = await retrieve();
    const isNew = all.some(({ Message }) => !known.has(Message));
    return isNew || clock.now().getTime() > until ? all : undefined;
  }, context);
  return Promise.all(samples.map(fetchSample));
}

async function fetchSample({
  Ec2InstanceId = "",
  Message = "",
}: EnvironmentInfoDescription): Promise<InstanceLogs> {
  const answer = await fetch(Message, { signal: AbortSignal.timeout(fetchMs) });
  if (!answer.ok) throw new Error(`the logs of ${Ec2InstanceId} answered ${answer.status}`);
  return { instanceId: Ec2InstanceId, text: await answer.text() };
}

const applicationLines = 20;
const engineLines = 8;

/**
 * What to show of the logs: of the instances that the update launched rather than of those that still run the version
 * before, and of those where the platform met errors rather than of others; and only what is not older than `since`, where
 * lines tell.
 */
export function excerptOf(
  logs: readonly InstanceLogs[],
  before: ReadonlySet<string>,
  since: Date,
): LogExcerpt | undefined {
  const told = logs.map(({ instanceId, text }) => {
    const files = splitTail(text);
    const entries = engineEntries(files.get("eb-engine.log") ?? [], since);
    const engine = entries
      .filter(isEngineError)
      .map(({ at, level, text: said }) => `${at.toISOString()} [${level}] ${said.split("\n", 1)[0]}`);
    const application = writtenSince(files.get("web.stdout.log") ?? [], flippedAt(entries) ?? since);
    return {
      instanceId,
      entries,
      application: application.slice(-applicationLines),
      engine: engine.slice(-engineLines),
      weight: (before.has(instanceId) ? 0 : 2) + (engine.length > 0 ? 1 : 0),
    };
  });
  const [best] = told
    .filter(({ application, engine }) => application.length + engine.length > 0)
    .sort((a, b) => b.weight - a.weight);
  if (best === undefined) return undefined;
  const { weight: _, ...lines } = best;
  return lines;
}

/** The lines that are not known to be older: most applications write no times, and the platform whole seconds. */
function writtenSince(lines: readonly string[], since: Date | "never"): readonly string[] {
  if (since === "never") return [];
  return lines.filter((line) => {
    const { at } = readLine(line, since);
    const isWhole = at !== undefined && at.getTime() % 1000 === 0;
    return at === undefined || at.getTime() + (isWhole ? 999 : 0) >= since.getTime();
  });
}

/** Splits a tail into its files: each is announced by a line with its path, between rules of dashes. */
function splitTail(text: string): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, file] = /^\/var\/log\/(?:\S+\/)?(\S+)$/.exec(line.trim()) ?? [];
    if (file !== undefined) {
      current = files.get(file) ?? [];
      files.set(file, current);
    } else if (!/^\s*$|^-{10,}$/.test(line)) {
      current.push(line);
    }
  }
  return files;
}
