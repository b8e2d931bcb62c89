import { ActionError, explain } from "../kit/errors.ts";
import {
  type ApiBefore,
  type DeployContext,
  type Deployer,
  type DeployOutcome,
  type DeployRules,
  type DeployTarget,
  deployVersion,
  putBackRules,
} from "./deploy-version.ts";
import type { ObservedDeployment } from "./observe-deployment.ts";
import { fleetLine, without } from "./update/fleet.ts";
import { isAccepted } from "./update/health.ts";
import type { Failure } from "./update/verdict.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** What came of putting the version before back, after a deploy that failed. */
export interface Restoration {
  /** "kept" where Elastic Beanstalk itself had kept it on every instance. */
  readonly restored: "yes" | "kept" | "no";
  /** In one sentence. */
  readonly why: string;
}

/** Whether the version before is put back, by how the deploy failed; the others leave nothing to put back, or are somebody else's. */
const wayBack: Readonly<Record<Failure, "restore" | "kept" | "leave">> = {
  aborted: "leave",
  "failed-before-change": "restore",
  "failed-new-version": "restore",
  "not-known": "restore",
  "reverted-by-eb": "kept",
  "split-fleet": "restore",
  superseded: "leave",
  terminated: "leave",
  "timed-out": "restore",
  unhealthy: "restore",
};

/**
 * Deploys, and puts the version before back where that fails: once, and judged by the same questions. The outcome stays that of
 * the deploy. Throws `RestoreImpossible` before anything changes where something runs well that could not be put back.
 */
export async function deployOrRestore(
  target: DeployTarget,
  version: WantedVersion,
  rules: DeployRules,
  deployer: Deployer,
  context: DeployContext,
): Promise<DeployOutcome & { readonly restoration?: Restoration }> {
  let whyNot = "";
  let options: ApiBefore["options"];
  const outcome = await deployVersion(
    target,
    version,
    rules,
    {
      ...deployer,
      beforeChange: async (before, observed) => {
        options = before.options;
        whyNot = await whyNotRestorable(observed, rules, deployer);
        if (whyNot !== "")
          context.runner.info(`note: should this fail, nothing could be put back: ${whyNot}`);
        await deployer.beforeChange?.(before, observed);
      },
    },
    context,
  );
  const way = wayBack[outcome.outcome as Failure];
  if (way === undefined || !outcome.changed) return outcome;
  const previous = outcome.previousVersion;
  if (way === "kept" && options === undefined) {
    return { ...outcome, restoration: { restored: "kept", why: `Elastic Beanstalk kept "${previous}"` } };
  }
  if (way === "leave" || whyNot !== "") {
    const why = whyNot === "" ? `after ${outcome.outcome} nothing is put back` : whyNot;
    return { ...outcome, restoration: { restored: "no", why } };
  }
  context.runner.info(`putting "${previous}" back`);
  // What Elastic Beanstalk kept is the version; options that were set before it are still set.
  const back = { ...version, label: previous, ...(options ? { options } : {}) };
  const restoration = await restore(target, back, { ...rules, force: way === "restore" }, deployer, context);
  return { ...outcome, restoration };
}

/** "" where the version that runs can be put back. Throws where it runs well, and its bundle is gone. */
async function whyNotRestorable(
  { environment, fleet, runningVersion }: ObservedDeployment,
  { accepted }: DeployRules,
  { hasObject }: Deployer,
): Promise<string> {
  const label = environment.versionLabel;
  if (label === "") return "no version runs yet";
  if (!isAccepted(environment, accepted)) return `"${label}" is not healthy itself`;
  const others =
    fleet.kind === "known" ? without(fleet.instances, { wanted: label, deploymentBefore: 0 }) : [];
  if (others.length > 0) return `not every instance runs it: ${fleetLine(others)}`;
  // A new environment's sample application is no version of anybody's.
  if (runningVersion === undefined && /^sample application/i.test(label))
    return "the sample application runs";
  const isThere =
    runningVersion !== undefined &&
    runningVersion.status !== "FAILED" &&
    (hasObject === undefined || (await hasObject(runningVersion.bucket, runningVersion.key)));
  if (isThere) return "";
  const what =
    runningVersion === undefined
      ? "the application has no such version any more"
      : `its bundle s3://${runningVersion.bucket}/${runningVersion.key} is gone`;
  throw new ActionError("RestoreImpossible", `version "${label}" runs, and could not be put back: ${what}`, {
    hint: "deploy without `restore-on-failure`, or put the bundle back first",
  });
}

async function restore(
  target: DeployTarget,
  { label, answersAt, options = [] }: WantedVersion,
  { accepted, acceptUnknown, force }: DeployRules,
  { note }: Deployer,
  context: DeployContext,
): Promise<Restoration> {
  try {
    const { outcome, why } = await deployVersion(
      target,
      { label, labelIsContent: true, answersAt, options },
      { ...putBackRules, accepted, acceptUnknown, force },
      { note },
      context,
    );
    return outcome === "deployed" || outcome === "unchanged"
      ? {
          restored: "yes",
          why: `"${label}" runs again on every instance${options.length > 0 ? ", with the options that it had" : ""}${why && `; ${why}`}`,
        }
      : { restored: "no", why: `"${label}" could not be put back (${outcome}): ${why}` };
  } catch (error) {
    return { restored: "no", why: `"${label}" could not be put back: ${explain(error)}` };
  }
}
