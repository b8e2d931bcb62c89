import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import type { Runner } from "../kit/runner.ts";
import { Beanstalk } from "./environment/beanstalk.ts";
import type { WaitContext } from "./environment/poll.ts";
import { type BusyRule, waitForReady } from "./environment/ready.ts";
import { type DeployPlan, planDeploy, planLines } from "./plan.ts";
import { type EndedUpdate, runUpdate, type UpdateRules } from "./update/run-update.ts";
import { ApplicationVersions } from "./versions/application-versions.ts";
import { ensureVersion, type VersionMaker } from "./versions/ensure-version.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** The API as it was before: the label that `deployVersion` puts back; "" where nothing was deployed. */
export type ApiBefore = {
  readonly application: string;
  readonly environment: string;
  readonly version: string;
};

/** The environment that is to run the version. */
interface DeployTarget {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  readonly environment: string;
}

export interface DeployRules extends UpdateRules {
  /** Deploys a version again that is running already. */
  readonly force: boolean;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
}

/** Who deploys. */
export interface Deployer extends VersionMaker {
  /** Awaited before the first change, when there is one; a rejection leaves the API as it is. */
  readonly beforeChange?: (before: ApiBefore) => Promise<void>;
}

/** The step that deploys; its `signal` aborts the update too, where Elastic Beanstalk still can. */
export interface DeployContext {
  readonly runner: Pick<Runner, "info" | "group">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface DeployOutcome extends Omit<EndedUpdate, "outcome"> {
  readonly outcome: EndedUpdate["outcome"] | "unchanged" | "planned";
  readonly plan: DeployPlan;
  readonly changed: boolean;
  readonly version: string;
  readonly previousVersion: string;
  readonly url: string;
  readonly seconds: number;
}

/** For putting a version back: whatever Elastic Beanstalk is doing is aborted where it can be, else waited for. */
export const putBackRules: DeployRules = {
  accepted: ["Green"],
  busy: { mode: "abort", waitMs: 15 * 60_000 },
  timeoutMinutes: undefined,
  force: false,
  dryRun: false,
};

/**
 * Makes the environment run the version, and returns only when all of it does: Elastic Beanstalk's operation is over, it
 * names our version, every instance runs it, and its health is accepted. Everything else is a named outcome, with the
 * lines of the instances' logs that tell why. Throws where nothing was changed: environment not found or busy, version
 * unusable or of other content.
 */
export async function deployVersion(
  target: DeployTarget,
  version: WantedVersion,
  rules: DeployRules,
  deployer: Deployer,
  { runner, clock, signal }: DeployContext,
): Promise<DeployOutcome> {
  const startedAt = clock.now().getTime();
  const { eb, application, environment: name } = target;
  const context: WaitContext = { clock, signal, note: (line) => runner.info(line) };
  const beanstalk = new Beanstalk(eb, application, name, clock);
  const versions = new ApplicationVersions(eb, application, clock);

  const observed = await observe(beanstalk, versions, version.label, rules.busy, context);
  const plan = planDeploy(version, observed, rules.force);
  await runner.group(`Plan: version ${version.label} to ${name}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  if (plan.kind === "refused") {
    throw new ActionError(plan.code, plan.message, {
      hint: "give it another version label, or delete the application version in Elastic Beanstalk",
    });
  }
  const { versionLabel: previousVersion, url } = observed.environment;
  const facts = { plan, version: version.label, previousVersion, url };
  const seconds = (): number => (clock.now().getTime() - startedAt) / 1000;
  if (plan.kind === "nothing" || rules.dryRun) {
    const outcome = plan.kind === "nothing" ? "unchanged" : "planned";
    const untouched = { changed: false, why: "", requestId: "", logs: undefined };
    return { ...facts, ...untouched, outcome, seconds: seconds() };
  }

  await deployer.beforeChange?.({ application, environment: name, version: previousVersion });
  await ensureVersion(versions, version, observed.version, deployer, context);
  const ended = await runUpdate(eb, beanstalk, version.label, observed, rules, context);
  return { ...facts, ...ended, changed: true, seconds: seconds() };
}

/** The environment and the version as they are, read at once. Throws `EnvironmentNotFound`; waits while it is busy. */
async function observe(
  beanstalk: Beanstalk,
  versions: ApplicationVersions,
  label: string,
  busy: BusyRule,
  context: WaitContext,
) {
  const environment = await waitForReady(beanstalk, busy, context);
  const [instances, version] = await Promise.all([
    environment.versionLabel === "" ? undefined : beanstalk.readInstances(),
    versions.read(label),
  ]);
  return { environment, instances, version };
}
