/** What Elastic Beanstalk remembers; everything here is plain JSON and survives a restart. */
export interface State {
  readonly schema: 1;
  readonly applications: Record<string, Application>;
  /** By environment id; terminated ones stay, as DescribeEnvironments can list them. */
  readonly environments: Record<string, Environment>;
  /** Tags by resource ARN. */
  readonly tags: Record<string, Record<string, string>>;
}

export interface Application {
  readonly name: string;
  description: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly versions: Record<string, Version>;
  lifecycle?: Lifecycle;
}

export interface LifecycleRule {
  readonly enabled: boolean;
  /** Versions, or days. */
  readonly limit: number;
  readonly deleteSource: boolean;
}

/** Which versions go when one is created. */
export interface Lifecycle {
  readonly serviceRole: string | undefined;
  readonly maxCount: LifecycleRule | undefined;
  readonly maxAgeInDays: LifecycleRule | undefined;
}

/** Upper case, as the real service writes it on the wire, whatever its model says. */
type VersionStatus = "UNPROCESSED" | "PROCESSING" | "PROCESSED" | "FAILED";

export interface Version {
  readonly label: string;
  description: string;
  readonly bucket: string;
  readonly key: string;
  status: VersionStatus;
  readonly createdAt: string;
  updatedAt: string;
}

export interface OptionSetting {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

type EnvironmentStatus = "Launching" | "Updating" | "Ready" | "Aborting" | "Terminating" | "Terminated";

export type TierName = "WebServer" | "Worker" | "Cluster";

/** What an environment runs: a version and the two layers of settings above the defaults. */
interface Release {
  readonly versionLabel: string;
  readonly deploymentId: number;
  /** Sent through the API. */
  readonly settings: readonly OptionSetting[];
  /** From the version's .ebextensions. */
  readonly extensions: readonly OptionSetting[];
  /** `Resources` of the version's .ebextensions, as JSON; absent or "" without. */
  readonly resources?: string;
}

export type OperationKind = "create" | "update" | "restart" | "rebuild" | "terminate";

/** The one operation that an environment is busy with. On disk, it is the mark of an operation that a kill cut short. */
interface Operation {
  readonly kind: OperationKind;
  readonly requestId: string;
  readonly startedAt: string;
}

export interface Deployment {
  readonly versionLabel: string;
  readonly deploymentId: number;
  readonly status: "In Progress" | "Deployed" | "Failed";
  readonly at: string;
}

export interface InstanceRecord {
  readonly id: string;
  readonly launchedAt: string;
  deployment: Deployment;
}

/** Logs of one instance at one moment, as RetrieveEnvironmentInfo hands them out. */
export interface LogSample {
  readonly type: "tail" | "bundle";
  readonly instanceId: string;
  readonly at: string;
  readonly expiresAt: string;
  readonly file: string;
  /** True for an instance that a failed update took away: its logs outlive it by an hour. */
  readonly departed: boolean;
}

/** What DescribeEnvironments shows of an environment. */
export interface EnvironmentSummary {
  readonly id: string;
  readonly name: string;
  readonly application: string;
  readonly createdAt: string;
  /** WebServer when absent. */
  readonly tier?: TierName;
  description: string;
  solutionStack: string;
  updatedAt: string;
  status: EnvironmentStatus;
  /** Of the proxy: the environment's address. */
  port: number;
  /** While updating it is the wanted label, and goes back when the update fails. */
  versionLabel: string;
}

export interface Environment extends EnvironmentSummary {
  /** Of the API, including those in flight. */
  settings: readonly OptionSetting[];
  /** The last release that was deployed successfully; new and restarted instances get it. */
  deployed: Release | undefined;
  lastDeploymentId: number;
  instances: InstanceRecord[];
  operation: Operation | undefined;
  logs: LogSample[];
  terminatedAt: string | undefined;
}

export function emptyState(): State {
  return { schema: 1, applications: {}, environments: {}, tags: {} };
}
