/** The environment as one reading of the API shows it. */
export interface EnvironmentReading {
  /** Launching, Updating, Ready, Aborting, Terminating, Terminated; whatever else is not ready. */
  readonly status: string;
  readonly versionLabel: string;
  /** Green, Yellow, Red, Grey. */
  readonly health: string;
  /** Ok, Info, Warning, Degraded, Severe, …; "" on basic health. */
  readonly healthStatus: string;
  readonly abortable: boolean;
  readonly url: string;
  /** Its solution stack, or the ARN of its platform: both name what it runs. */
  readonly platform: string;
  /** WebServer, Worker, Cluster; "" where the answer has none. */
  readonly tier: string;
}

/** The last deployment that reached an instance, which the instance need not have come through. */
export interface DeploymentReading {
  readonly versionLabel: string;
  /** Grows with each deployment in an environment; undefined where the answer has none. */
  readonly id: number | undefined;
  /** "Deployed" where its command succeeded, "Failed" where it did not, "In Progress"; any other text is none of these. */
  readonly status: string;
}

export interface InstanceReading {
  readonly id: string;
  /** Undefined for an instance that has not said anything of it, as a new one. */
  readonly deployment: DeploymentReading | undefined;
  readonly healthStatus: string;
  readonly causes: readonly string[];
}

/** What the instances say. What is not known is never taken for fine: basic health has no such data. */
export type Fleet =
  | { readonly kind: "known"; readonly instances: readonly InstanceReading[] }
  | { readonly kind: "unknown"; readonly why: "basic health" | "not asked" };

/** What answers at the environment's public address: a version, nothing that works, something that names none, or nobody asked. */
export type Served =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "other"; readonly what: string }
  | { readonly kind: "unnamed"; readonly what: string }
  | { readonly kind: "not asked" };

export interface EventReading {
  readonly at: Date;
  readonly severity: string;
  readonly message: string;
  /** "" on changes of health, which belong to no operation. */
  readonly requestId: string;
}

/** All that one look at the environment tells. */
export interface Observation {
  /** Undefined where it does not exist, or the role may not see it: the API does not tell these apart. */
  readonly environment: EnvironmentReading | undefined;
  readonly fleet: Fleet;
  readonly served: Served;
}

export function isError(event: EventReading): boolean {
  return event.severity === "ERROR" || event.severity === "FATAL";
}

/** The instances that are known; none where they cannot be. For what only adds to what is said, never for a verdict. */
export function instancesOf(fleet: Fleet): readonly InstanceReading[] {
  return fleet.kind === "known" ? fleet.instances : [];
}
