import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import type { Runner } from "../kit/runner.ts";
import { Beanstalk } from "./environment/beanstalk.ts";
import { EventStream } from "./environment/event-stream.ts";
import { type BusyRule, type WaitContext, waitForReady } from "./environment/ready.ts";
import { startUpdate } from "./environment/start-update.ts";
import { LogCollector } from "./logs/log-collector.ts";
import type { TellingLines } from "./logs/logs.ts";
import { type DeployPlan, type ObservedDeployment, planDeploy, type WantedVersion } from "./plan.ts";
import { ensureVersion, type HasBundle } from "./versions/ensure-version.ts";
import type { AcceptedHealth } from "./watch/health.ts";
import type { Failure } from "./watch/judge.ts";
import { autoTimeoutMinutes } from "./watch/timeout.ts";
import { watchUpdate } from "./watch/watch.ts";

/** The API as it was before: the label that `deployVersion` puts back; "" where nothing was deployed. */
export type ApiBefore = {
  readonly application: string;
  readonly environment: string;
  readonly version: string;
};

export interface DeployOptions {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  readonly environment: string;
  readonly version: WantedVersion;
  readonly accepted: AcceptedHealth;
  readonly busy: BusyRule;
  /** For the whole of it, from the update on; undefined for what the environment's settings call for. */
  readonly timeoutMinutes: number | undefined;
  /** Deploys a version again that is running already. */
  readonly force: boolean;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
  /** Into the version's description: who made it. */
  readonly note: string;
  /** Awaited before the first change, when there is one; a rejection leaves the API as it is. */
  readonly beforeChange?: (before: ApiBefore) => Promise<void>;
  /** Asked before a version is deployed that was made of another bundle; without it Elastic Beanstalk finds out. */
  readonly hasBundle?: HasBundle;
  readonly runner: Pick<Runner, "info" | "group">;
  readonly clock: Clock;
  /** Aborts the update too, where Elastic Beanstalk still can. */
  readonly signal: AbortSignal;
}

export interface DeployOutcome {
  readonly outcome: "deployed" | "unchanged" | "planned" | Failure;
  /** For a failure: what was seen. */
  readonly why: string;
  readonly plan: DeployPlan;
  readonly changed: boolean;
  readonly version: string;
  readonly previousVersion: string;
  readonly requestId: string;
  readonly url: string;
  readonly seconds: number;
  readonly logs: TellingLines | undefined;
}

/** For putting a version back: whatever Elastic Beanstalk is doing is aborted where it can be, else waited for. */
export const putBackRules = {
  accepted: ["Green"],
  busy: { mode: "abort", waitMs: 15 * 60_000 },
  timeoutMinutes: undefined,
  force: false,
  dryRun: false,
} as const satisfies Partial<DeployOptions>;

/** The version of a release, whose bundle `release begin` stored. */
export function releaseVersion(
  artifactsBucket: string,
  release: { readonly id: string; readonly api: { readonly version: string; readonly sha256: string } },
): WantedVersion {
  return {
    label: release.api.version,
    bundle: { bucket: artifactsBucket, key: `releases/${release.id}/api.zip` },
    sha256: release.api.sha256,
    labelIsContent: true,
  };
}

/** The environment and the version as they are, read at once. Throws `EnvironmentNotFound`; waits while it is busy. */
export async function observeEnvironment(
  beanstalk: Beanstalk,
  label: string,
  busy: BusyRule,
  context: WaitContext,
): Promise<ObservedDeployment> {
  const environment = await waitForReady(beanstalk, busy, context);
  const [instances, version] = await Promise.all([
    environment.versionLabel === "" ? undefined : beanstalk.readInstances(),
    beanstalk.readVersion(label),
  ]);
  return { environment, instances, version };
}

/**
 * Makes the environment run the version, and returns only when all of it does: Elastic Beanstalk's operation is over, it
 * names our version, every instance runs it, and its health is accepted. Everything else is a named outcome, with the
 * lines of the instances' logs that tell why. Throws where nothing was changed: environment not found or busy, version
 * unusable or of other content.
 */
export async function deployVersion(options: DeployOptions): Promise<DeployOutcome> {
  const { eb, version, runner, clock, signal } = options;
  const startedAt = clock.now().getTime();
  const beanstalk = new Beanstalk(eb, options.application, options.environment, clock);
  const context: WaitContext = { clock, signal, note: (line) => runner.info(line) };
  const observed = await observeEnvironment(beanstalk, version.label, options.busy, context);
  const plan = planDeploy(version, observed, options.force);
  await runner.group(`Plan: version ${version.label} to ${options.environment}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  if (plan.kind === "refused") {
    throw new ActionError(plan.code, plan.message, {
      hint: "give it another version label, or delete the application version in Elastic Beanstalk",
    });
  }
  const { environment } = observed;
  const result = (outcome: DeployOutcome["outcome"], more: Partial<DeployOutcome> = {}): DeployOutcome => ({
    outcome,
    why: "",
    plan,
    changed: false,
    version: version.label,
    previousVersion: environment.versionLabel,
    requestId: "",
    url: environment.url,
    seconds: (clock.now().getTime() - startedAt) / 1000,
    logs: undefined,
    ...more,
  });
  if (plan.kind === "nothing") return result("unchanged");
  if (options.dryRun) return result("planned");

  const { application, environment: name } = options;
  await options.beforeChange?.({ application, environment: name, version: environment.versionLabel });
  await ensureVersion(beanstalk, version, observed.version, options.note, context, options.hasBundle);
  const [settings, stream] = await Promise.all([
    options.timeoutMinutes === undefined ? beanstalk.readSettings() : undefined,
    EventStream.from(beanstalk),
  ]);
  const minutes = settings ? autoTimeoutMinutes(settings) : (options.timeoutMinutes ?? 0);
  const requestId = await startUpdate(beanstalk, version.label, options.busy, context);
  const logs = new LogCollector(eb, name, observed.instances ?? [], stream.startsAt, context);
  const ended = await watchUpdate(beanstalk, stream, {
    wanted: version.label,
    previous: environment.versionLabel,
    requestId,
    accepted: options.accepted,
    timeoutMs: minutes * 60_000,
    onTrouble: () => logs.collect(),
    runner,
    clock,
    signal,
  });
  const changed = { changed: true, requestId };
  if (ended.kind === "deployed") return result("deployed", changed);
  if (!signal.aborted) logs.collect();
  return result(ended.outcome, { ...changed, why: ended.why, logs: await logs.telling() });
}

export function planLines(plan: DeployPlan): readonly string[] {
  if (plan.kind === "nothing") return [`nothing to do: ${plan.reason}`];
  if (plan.kind === "refused") return [`refused: ${plan.message}`];
  return plan.steps.map(({ action, reason }) => `${action}  (${reason})`);
}
