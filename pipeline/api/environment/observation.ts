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
}

export interface InstanceReading {
  readonly id: string;
  readonly versionLabel: string;
  /** Of the deployment of that version: In Progress, Deployed, Failed; "" before the first. */
  readonly deployment: string;
  readonly healthStatus: string;
  readonly causes: readonly string[];
}

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
  /** Undefined on basic health, and while nobody asked. */
  readonly instances: readonly InstanceReading[] | undefined;
}

export function isError(event: EventReading): boolean {
  return event.severity === "ERROR" || event.severity === "FATAL";
}
