import type { InstanceReading } from "../environment/observation.ts";

/** What an update is to bring about on each instance. */
export interface Awaited {
  readonly wanted: string;
  /** Highest deployment id that the instances had before the update; 0 where nothing was sent, or none had one. */
  readonly deploymentBefore: number;
}

/**
 * | deployment on the instance                     | standing |
 * |------------------------------------------------|----------|
 * | none told                                      | silent   |
 * | another label                                  | previous |
 * | wanted, of a deployment before the update      | previous |
 * | wanted, Failed                                 | failed   |
 * | wanted, Deployed                               | wanted   |
 * | wanted, anything else                          | pending  |
 *
 * `failed` says that the command failed there: before the version was in place, where the one before still serves, or after.
 */
type Standing = "wanted" | "previous" | "failed" | "pending" | "silent";

function standingOf({ deployment }: InstanceReading, { wanted, deploymentBefore }: Awaited): Standing {
  if (deployment === undefined) return "silent";
  const { versionLabel, id, status } = deployment;
  if (versionLabel !== wanted || (id !== undefined && id <= deploymentBefore)) return "previous";
  if (status === "Failed") return "failed";
  return status === "Deployed" ? "wanted" : "pending";
}

/** How many instances are in each standing. */
export type Standings = Readonly<Record<Standing, number>>;

export function standingsOf(instances: readonly InstanceReading[], awaited: Awaited): Standings {
  const counts = { wanted: 0, previous: 0, failed: 0, pending: 0, silent: 0 };
  for (const instance of instances) counts[standingOf(instance, awaited)] += 1;
  return counts;
}

/** Those that do not have it, or have not said so. */
export function without(instances: readonly InstanceReading[], awaited: Awaited): readonly InstanceReading[] {
  return instances.filter((instance) => standingOf(instance, awaited) !== "wanted");
}

export function highestDeployment(instances: readonly InstanceReading[]): number {
  return Math.max(0, ...instances.map(({ deployment }) => deployment?.id ?? 0));
}

/** Which instances run what, by their own account: `i-1, i-2 run "v2"; i-3 failed to take "v2"`. */
export function fleetLine(instances: readonly InstanceReading[]): string {
  if (instances.length === 0) return "no instance is shown: none runs, or the role may not see them";
  const groups = Map.groupBy(
    instances,
    ({ deployment }) => deployment && `${deployment.status} ${deployment.versionLabel}`,
  );
  return [...groups.values()].map(groupLine).join("; ");
}

function groupLine(group: readonly InstanceReading[]): string {
  const ids = group.map(({ id }) => id).join(", ");
  const deployment = group[0]?.deployment;
  if (deployment === undefined)
    return `${ids} ${one(group, "has", "have")} not said yet what ${one(group, "it runs", "they run")}`;
  const label = `"${deployment.versionLabel}"`;
  if (deployment.status === "Deployed") return `${ids} ${one(group, "runs", "run")} ${label}`;
  if (deployment.status === "Failed") return `${ids} failed to take ${label}`;
  return `${ids} ${one(group, "is", "are")} still taking ${label}`;
}

function one(group: readonly unknown[], singular: string, plural: string): string {
  return group.length === 1 ? singular : plural;
}
