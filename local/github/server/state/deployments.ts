import type { Counters } from "./counters.ts";
import { JsonFile } from "./json-file.ts";

export const deploymentStates = [
  "error",
  "failure",
  "inactive",
  "in_progress",
  "queued",
  "pending",
  "success",
] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: string;
  readonly createdAt: string;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  /** Where it was to go; statuses may move it elsewhere. */
  readonly originalEnvironment: string;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creator: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Oldest first. */
  readonly statuses: readonly DeploymentStatus[];
}

/** The Deployments of the repository and their statuses. */
export class Deployments {
  readonly #file: JsonFile<readonly Deployment[]>;
  readonly #counters: Counters;

  constructor(file: string, counters: Counters) {
    this.#file = new JsonFile(file, []);
    this.#counters = counters;
  }

  /** Newest first. */
  list(): readonly Deployment[] {
    return this.#file.value.toReversed();
  }

  get(id: number): Deployment | undefined {
    return this.#file.value.find((deployment) => deployment.id === id);
  }

  create(deployment: Omit<Deployment, "id" | "statuses">): Deployment {
    const created = { ...deployment, id: this.#counters.next("deployment"), statuses: [] };
    this.#file.set([...this.#file.value, created]);
    return created;
  }

  /**
   * Adds a status. A success with `autoInactive` makes earlier deployments of the environment inactive, as GitHub has it:
   * those that are neither transient nor production and whose last status was a success.
   */
  addStatus(
    id: number,
    status: Omit<DeploymentStatus, "id">,
    autoInactive: boolean,
  ): DeploymentStatus | undefined {
    if (this.get(id) === undefined) return undefined;
    const added = { ...status, id: this.#counters.next("deployment-status") };
    this.#append(id, added);
    if (status.state === "success" && autoInactive) {
      for (const earlier of supersededBy(this.#file.value, id, status.environment)) {
        this.#append(earlier.id, {
          ...status,
          id: this.#counters.next("deployment-status"),
          state: "inactive",
          description: "",
          environmentUrl: "",
          logUrl: "",
        });
      }
    }
    return added;
  }

  delete(id: number): void {
    this.#file.set(this.#file.value.filter((deployment) => deployment.id !== id));
  }

  #append(id: number, status: DeploymentStatus): void {
    this.#file.set(
      this.#file.value.map((deployment) =>
        deployment.id === id
          ? {
              ...deployment,
              environment: status.environment,
              updatedAt: status.createdAt,
              statuses: [...deployment.statuses, status],
            }
          : deployment,
      ),
    );
  }
}

function supersededBy(
  deployments: readonly Deployment[],
  id: number,
  environment: string,
): readonly Deployment[] {
  return deployments.filter(
    (other) =>
      other.id < id &&
      other.environment === environment &&
      !other.transient &&
      !other.production &&
      other.statuses.at(-1)?.state === "success",
  );
}
