import { members, type XmlContent } from "../../xml.ts";
import type { RunningEnvironment } from "../environment/running-environment.ts";
import type { EnvironmentFaults } from "../environment-faults.ts";
import type { EnvironmentSummary } from "../model.ts";
import type { Names } from "../names.ts";
import { describeTier } from "../tiers.ts";
import { platformPath } from "./platforms.ts";

/** An environment as DescribeEnvironments, CreateEnvironment and UpdateEnvironment answer it. */
export function describeEnvironment(environment: RunningEnvironment): XmlContent {
  const { record, services, enhanced, health, color } = environment;
  return {
    ...common(record, services.names),
    ...(record.tier === undefined
      ? { EndpointURL: `127.0.0.1:${record.port}`, CNAME: `127.0.0.1:${record.port}` }
      : {}),
    AbortableOperationInProgress: environment.abortable && record.operation !== undefined,
    Health: color,
    HealthStatus: enhanced ? health.status : undefined,
  };
}

/** What a client sees that reads before the update has reached every replica: the environment as it was. */
export function describeStale(environment: RunningEnvironment): XmlContent {
  const before = { ...environment.record };
  before.status = "Ready";
  before.versionLabel = before.deployed?.versionLabel ?? before.versionLabel;
  return {
    ...(describeEnvironment(environment) as Record<string, XmlContent>),
    ...common(before, environment.services.names),
    AbortableOperationInProgress: false,
  };
}

/** True while the fault `stale-describe` hides the update that has just begun. */
export function isStale(environment: RunningEnvironment, faults: EnvironmentFaults): boolean {
  const { record, services } = environment;
  const fault = faults.find("stale-describe", record.name);
  if (fault === undefined || record.operation?.kind !== "update") return false;
  return services.now().getTime() - Date.parse(record.operation.startedAt) < fault.forMs;
}

export function describeTerminated(record: EnvironmentSummary, names: Names): XmlContent {
  return { ...common(record, names), AbortableOperationInProgress: false, Health: "Grey" };
}

function common(record: EnvironmentSummary, names: Names): Record<string, XmlContent> {
  return {
    EnvironmentName: record.name,
    EnvironmentId: record.id,
    ApplicationName: record.application,
    VersionLabel: record.versionLabel,
    SolutionStackName: record.solutionStack,
    PlatformArn: names.platformArn(platformPath),
    Description: record.description === "" ? undefined : record.description,
    DateCreated: new Date(record.createdAt),
    DateUpdated: new Date(record.updatedAt),
    Status: record.status,
    Tier: describeTier(record.tier ?? "WebServer"),
    EnvironmentLinks: members([]),
    EnvironmentArn: names.environmentArn(record.application, record.name),
  };
}
