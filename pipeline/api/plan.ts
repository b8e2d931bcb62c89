import type { EnvironmentReading, InstanceReading, VersionReading } from "./environment/observation.ts";

/** The version that is to run, and where its bundle lies. */
export interface WantedVersion {
  readonly label: string;
  /** Absent for a version that must exist already. */
  readonly bundle?: { readonly bucket: string; readonly key: string };
  /** Of the bundle; undefined where nobody knows, and then the place in S3 tells versions apart. */
  readonly sha256?: string;
  /** The label is made from the content, so that an existing one needs no comparison. */
  readonly labelIsContent: boolean;
}

export interface ObservedDeployment {
  readonly environment: EnvironmentReading;
  readonly instances: readonly InstanceReading[] | undefined;
  readonly version: VersionReading | undefined;
}

export interface PlanStep {
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
  if (version === undefined && wanted.bundle === undefined) {
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

const digest = /\bsha256:([0-9a-f]{64})\b/;

/** What a version's description says of its content, so that a later deploy can compare. */
export function describeVersion(wanted: WantedVersion, note: string): string {
  return [wanted.sha256 === undefined ? "" : `sha256:${wanted.sha256}`, note].join(" ").trim().slice(0, 200);
}

function conflictOf(wanted: WantedVersion, version: VersionReading): string | undefined {
  if (wanted.labelIsContent) return undefined;
  const [, known] = digest.exec(version.description) ?? [];
  if (known !== undefined && wanted.sha256 !== undefined) {
    if (known === wanted.sha256) return undefined;
    return `version "${wanted.label}" exists with other content: sha256 ${known.slice(0, 12)}, not ${wanted.sha256.slice(0, 12)}`;
  }
  if (wanted.bundle === undefined) return undefined;
  const { bucket, key } = wanted.bundle;
  if (version.bucket === bucket && version.key === key) return undefined;
  return `version "${wanted.label}" exists with another bundle: s3://${version.bucket}/${version.key}, not s3://${bucket}/${key}`;
}
