import type { DeploymentReading, EnvironmentReading, Fleet } from "./environment/observation.ts";
import { fleetLine } from "./update/fleet.ts";
import type { VersionReading } from "./versions/application-versions.ts";
import { conflictOf, type WantedVersion } from "./versions/wanted-version.ts";

/** What runs, and what Elastic Beanstalk has under the label. */
interface ObservedDeployment {
  readonly environment: EnvironmentReading;
  readonly fleet: Fleet;
  readonly version: VersionReading | undefined;
}

export interface PlanStep {
  /** "create-version", "update-environment", or "set-option" and which. */
  readonly action: string;
  readonly reason: string;
}

export type DeployPlan =
  | { readonly kind: "nothing"; readonly reason: string }
  | { readonly kind: "change"; readonly steps: readonly PlanStep[] }
  | {
      readonly kind: "refused";
      readonly code: "VersionConflict" | "VersionUnusable";
      readonly message: string;
    };

/**
 * | the label                | the environment runs                   | plan                       |
 * |--------------------------|----------------------------------------|----------------------------|
 * | unknown                  | anything                               | create, update             |
 * | known, other content     | anything                               | refused                    |
 * | known, processing failed | anything                               | refused                    |
 * | unknown, no bundle       | anything                               | refused                    |
 * | known                    | another label                          | update                     |
 * | known                    | this label, not on every instance      | update                     |
 * | known                    | this label, or nobody can say          | nothing (update by force)  |
 *
 * Options that differ are set beside that, and alone where the version is in place.
 *
 * "Nothing" is only a plan: what runs is judged then as after an update.
 */
export function planDeploy(
  wanted: WantedVersion,
  observed: ObservedDeployment,
  force: boolean,
  options: readonly PlanStep[] = [],
): DeployPlan {
  const { environment, fleet, version } = observed;
  const conflict = version && conflictOf(wanted, version);
  if (conflict) return { kind: "refused", code: "VersionConflict", message: conflict };
  if (version?.status === "FAILED") {
    const message = `version "${wanted.label}" exists, but its bundle could not be processed`;
    return { kind: "refused", code: "VersionUnusable", message };
  }
  if (version === undefined && wanted.source === undefined) {
    const message = `version "${wanted.label}" does not exist any more`;
    return { kind: "refused", code: "VersionUnusable", message };
  }
  const create: PlanStep[] =
    version === undefined
      ? [{ action: "create-version", reason: `the application has no version "${wanted.label}"` }]
      : [];
  const reason = reasonToUpdate(wanted.label, environment, fleet, force);
  if (reason !== undefined) {
    return { kind: "change", steps: [...options, ...create, { action: "update-environment", reason }] };
  }
  if (options.length > 0) return { kind: "change", steps: options };
  return { kind: "nothing", reason: reasonToLeave(wanted.label, fleet) };
}

function reasonToUpdate(
  label: string,
  environment: EnvironmentReading,
  fleet: Fleet,
  force: boolean,
): string | undefined {
  if (environment.versionLabel === "") return "the environment runs no version yet";
  if (environment.versionLabel !== label) return `the environment runs "${environment.versionLabel}"`;
  const others =
    fleet.kind === "known" ? fleet.instances.filter(({ deployment }) => lacks(deployment, label)) : [];
  if (others.length > 0) return `not every instance has it: ${fleetLine(others)}`;
  return force ? "it is running already, and `force` deploys it again" : undefined;
}

/** An instance that says nothing is a new one, which Elastic Beanstalk gives the environment's version by itself. */
function lacks(deployment: DeploymentReading | undefined, label: string): boolean {
  return deployment !== undefined && (deployment.versionLabel !== label || deployment.status !== "Deployed");
}

function reasonToLeave(label: string, fleet: Fleet): string {
  if (fleet.kind === "unknown") {
    return `"${label}" is the environment's version already; its instances cannot be asked (${fleet.why})`;
  }
  const isEverywhere =
    fleet.instances.length > 0 && fleet.instances.every(({ deployment }) => deployment !== undefined);
  return isEverywhere
    ? `"${label}" is running already`
    : `"${label}" is the environment's version already; ${fleetLine(fleet.instances)}`;
}

/** The plan as lines of the log, each change with its reason. */
export function planLines(plan: DeployPlan): readonly string[] {
  if (plan.kind === "nothing") return [`nothing to do: ${plan.reason}`];
  if (plan.kind === "refused") return [`refused: ${plan.message}`];
  return plan.steps.map(({ action, reason }) => `${action}  (${reason})`);
}
