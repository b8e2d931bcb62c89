import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import { plain } from "../kit/markdown.ts";
import type { Runner } from "../kit/runner.ts";
import { preflightDeploy, preflightHint } from "./bundle/preflight-deploy.ts";
import type { OpenBundle } from "./bundle/stored-bundle.ts";
import { Beanstalk } from "./environment/beanstalk.ts";
import type { WaitContext } from "./environment/poll.ts";
import { type ObservedDeployment, observeDeployment, refuseUnknowable } from "./observe-deployment.ts";
import { type OptionsPlan, planOptions, type WantedOption, withOptions } from "./options/plan-options.ts";
import { runOptions } from "./options/run-options.ts";
import { type DeployPlan, planDeploy, planLines } from "./plan.ts";
import {
  confirmRunning,
  type EndedUpdate,
  runUpdate,
  type UpdateRules,
  unfollowed,
} from "./update/run-update.ts";
import type { Failure } from "./update/verdict.ts";
import { ApplicationVersions } from "./versions/application-versions.ts";
import { ensureVersion, type VersionMaker } from "./versions/ensure-version.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** The API as it was before: the label that `deployVersion` puts back; "" where nothing was deployed. */
export type ApiBefore = {
  readonly application: string;
  readonly environment: string;
  readonly version: string;
  /** The options that the deploy changes, as they were; none where it changes none. */
  readonly options?: readonly WantedOption[];
};

/** The environment that is to run the version. */
export interface DeployTarget {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  readonly environment: string;
}

export interface DeployRules extends UpdateRules {
  /** Deploys a version again that is running already. */
  readonly force: boolean;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
  /** What to do about a bundle that, by all that is known, would not run there. */
  readonly preflight: "refuse" | "warn";
}

/** Who deploys. */
export interface Deployer extends VersionMaker {
  /** Awaited before the first change, when there is one; a rejection leaves the API as it is. */
  readonly beforeChange?: (before: ApiBefore, observed: ObservedDeployment) => Promise<void>;
  /** Opens source bundles, to look into them; without it that is left out, and said. */
  readonly bundles?: OpenBundle;
}

/** The step that deploys; its `signal` aborts the update too, where Elastic Beanstalk still can. */
export interface DeployContext {
  readonly runner: Pick<Runner, "info" | "group">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface DeployOutcome extends Pick<EndedUpdate, "why" | "now" | "cause" | "logs" | "timeline"> {
  readonly outcome: "deployed" | "unchanged" | "planned" | "started" | Failure;
  readonly plan: DeployPlan;
  readonly changed: boolean;
  readonly version: string;
  readonly previousVersion: string;
  readonly url: string;
  /** `requestId` is "" where nothing was sent; `seconds` are those of the whole deploy. */
  readonly update: { readonly requestId: string; readonly seconds: number };
}

/** For putting a version back: whatever Elastic Beanstalk is doing is aborted where it can be, else waited for, and all is tried. */
export const putBackRules: DeployRules = {
  accepted: ["Green"],
  acceptUnknown: false,
  busy: { mode: "abort", waitMs: 15 * 60_000 },
  timeoutMinutes: undefined,
  force: false,
  dryRun: false,
  preflight: "warn",
  wait: true,
};

/**
 * Makes the environment run the version, and returns as good only what was looked at, whether anything had to be done or not:
 * no operation is under way, the environment names our version, every instance says that it was deployed there (or, where
 * instances cannot be asked, the environment's address answers as it), and the health is accepted. Everything else is a named
 * outcome, with the lines of the instances' logs that tell why. Throws where nothing was changed: environment not found or
 * busy, version unusable or of other content, and what runs could not be known afterwards.
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

  const observed = await observeDeployment(beanstalk, versions, version, rules.busy, context);
  const settings = version.options?.length ? await beanstalk.readSettings() : new Map<string, string>();
  const options = planOptions(version.options ?? [], settings);
  const plan = planDeploy(version, observed, rules.force, options.steps);
  await runner.group(`Plan: version ${version.label} to ${name}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  if (plan.kind === "refused") {
    throw new ActionError(plan.code, plan.message, {
      hint: "give it another version label, or delete the application version in Elastic Beanstalk",
    });
  }
  const { versionLabel: previousVersion, url } = observed.environment;
  const result = (
    outcome: DeployOutcome["outcome"],
    changed: boolean,
    ended: EndedUpdate,
  ): DeployOutcome => ({
    ...{ outcome, changed, plan, version: version.label, previousVersion, url },
    ...{ why: ended.why, now: ended.now, cause: ended.cause, logs: ended.logs },
    timeline: ended.timeline,
    update: { requestId: ended.requestId, seconds: (clock.now().getTime() - startedAt) / 1000 },
  });
  refuseUnknowable(observed, version, rules.acceptUnknown || !rules.wait);
  const watched = { beanstalk, answersAt: version.answersAt };
  if (plan.kind === "nothing") {
    const running = await confirmRunning(eb, watched, version.label, observed, rules, context);
    return result(running.outcome === "right" ? "unchanged" : running.outcome, false, running);
  }
  const deploysVersion = plan.steps.some(({ action }) => action === "update-environment");
  if (deploysVersion)
    await checkBundle(beanstalk, { version, observed, options }, rules, deployer, context.note);
  if (rules.dryRun) return result("planned", false, untouched);

  const before = { application, environment: name, version: previousVersion };
  await deployer.beforeChange?.(
    options.changes.length === 0 ? before : { ...before, options: options.before },
    observed,
  );
  const isApart = options.changes.length > 0 && (options.isApart || !deploysVersion);
  if (isApart) {
    const request = { wanted: previousVersion, keepsVersion: true, options: options.changes };
    const set = await runOptions(eb, watched, request, observed, rules, context);
    if (set.outcome !== "right") return result(set.outcome, true, set);
    if (!deploysVersion) return result("deployed", true, set);
  }
  const now = isApart ? await observeDeployment(beanstalk, versions, version, rules.busy, context) : observed;
  await ensureVersion(versions, version, observed.version, deployer, context);
  const request = {
    ...{ wanted: version.label, keepsVersion: false },
    options: isApart ? [] : options.changes,
  };
  const ended = await runUpdate(eb, watched, request, now, rules, context);
  return result(ended.outcome === "right" ? "deployed" : ended.outcome, true, ended);
}

/** Of a plan that was only shown. */
const untouched: EndedUpdate = { ...unfollowed, outcome: "right", why: "", requestId: "" };

/** Looks into the bundle before anything changes. Throws `BundleUnfit`, or says what would go wrong, as the rule is. */
async function checkBundle(
  beanstalk: Beanstalk,
  { version: { source }, observed, options }: Planned,
  { preflight }: DeployRules,
  { bundles }: Deployer,
  note: (line: string) => void,
): Promise<void> {
  const { environment, version, runningVersion } = observed;
  const running = environment.versionLabel === "" ? "none" : runningVersion;
  const found = await preflightDeploy(
    {
      readSettings: async () => withOptions(await beanstalk.readSettings(), options),
      readDefaults: (asked) => beanstalk.readDefaults(asked),
    },
    environment,
    { wanted: source ?? version, running },
    bundles,
  );
  for (const line of found.notes) note(`note: ${plain(line)}`);
  for (const line of found.problems) note(`problem: ${plain(line)}`);
  if (preflight === "warn" || found.problems.length === 0) return;
  const message = `the source bundle would not run there: ${found.problems.join("; ")}`;
  throw new ActionError("BundleUnfit", message, { hint: preflightHint(found) });
}

/** A version and options, beside what runs. */
interface Planned {
  readonly version: WantedVersion;
  readonly observed: ObservedDeployment;
  readonly options: OptionsPlan;
}
