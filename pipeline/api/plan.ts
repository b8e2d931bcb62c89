import type { EnvironmentReading, InstanceReading } from "./environment/observation.ts";
import type { VersionReading } from "./versions/application-versions.ts";
import { conflictOf, type WantedVersion } from "./versions/wanted-version.ts";

/** What runs, and what Elastic Beanstalk has under the label. */
interface ObservedDeployment {
  readonly environment: EnvironmentReading;
  readonly instances: readonly InstanceReading[] | undefined;
  readonly version: VersionReading | undefined;
}

interface PlanStep {
  readonly action: "create-version" | "update-environment";
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
 * | known                    | this label everywhere                  | nothing (update by force)  |
 */
export function planDeploy(wanted: WantedVersion, observed: ObservedDeployment, force: boolean): DeployPlan {
  const { environment, instances, version } = observed;
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
  const reason = reasonToUpdate(wanted.label, environment, instances, force);
  if (reason === undefined) return { kind: "nothing", reason: `"${wanted.label}" is running already` };
  return { kind: "change", steps: [...create, { action: "update-environment", reason }] };
}

function reasonToUpdate(
  label: string,
  environment: EnvironmentReading,
  instances: readonly InstanceReading[] | undefined,
  force: boolean,
): string | undefined {
  if (environment.versionLabel === "") return "the environment runs no version yet";
  if (environment.versionLabel !== label) return `the environment runs "${environment.versionLabel}"`;
  const others = instances?.filter(({ versionLabel }) => versionLabel !== label) ?? [];
  if (others.length > 0) {
    const named = others.map(({ id, versionLabel }) => `${id} runs "${versionLabel}"`);
    return `not every instance has it: ${named.join(", ")}`;
  }
  return force ? "it is running already, and `force` deploys it again" : undefined;
}

/** The plan as lines of the log, each change with its reason. */
export function planLines(plan: DeployPlan): readonly string[] {
  if (plan.kind === "nothing") return [`nothing to do: ${plan.reason}`];
  if (plan.kind === "refused") return [`refused: ${plan.message}`];
  return plan.steps.map(({ action, reason }) => `${action}  (${reason})`);
}
