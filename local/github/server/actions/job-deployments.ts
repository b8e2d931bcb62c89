import type { RunEvent } from "../../run-events.ts";
import { type Identity, pageUrl } from "../identity.ts";
import { botLogin } from "../shapes/user.ts";
import type { DeploymentState, Deployments } from "../state/deployments.ts";
import type { RunRecord } from "../state/runs.ts";

/**
 * The deployments that GitHub itself makes of jobs with an `environment`, unless the job says `deployment: false`: in
 * progress while the job runs, then what became of it.
 */
export class JobDeployments {
  readonly #identity: Identity;
  readonly #deployments: Deployments;
  readonly #open = new Map<string, number>();

  constructor(identity: Identity, deployments: Deployments) {
    this.#identity = identity;
    this.#deployments = deployments;
  }

  onEvent(record: RunRecord, event: RunEvent): void {
    const { head } = record;
    if (event.type === "job-started" && event.environment?.deployment === true) {
      const { name } = event.environment;
      const deployment = this.#deployments.create({
        sha: head.sha,
        ref: record.headBranch,
        task: "deploy",
        payload: {},
        originalEnvironment: name,
        environment: name,
        description: null,
        transient: false,
        production: name === "production",
        creator: botLogin,
        createdAt: event.at,
        updatedAt: event.at,
      });
      this.#open.set(`${head.id} ${event.job}`, deployment.id);
      this.#tell(deployment.id, name, "in_progress", record, event.at, "");
    }
    if (event.type !== "job-ended") return;
    const id = this.#open.get(`${head.id} ${event.job}`);
    if (id === undefined) return;
    this.#open.delete(`${head.id} ${event.job}`);
    const environment = this.#deployments.get(id)?.environment ?? "";
    const state = {
      success: "success",
      failure: "failure",
      timed_out: "failure",
      cancelled: "error",
      skipped: "inactive",
    };
    this.#tell(
      id,
      environment,
      state[event.conclusion] as DeploymentState,
      record,
      event.at,
      event.environmentUrl ?? "",
    );
  }

  #tell(
    id: number,
    environment: string,
    state: DeploymentState,
    { head }: RunRecord,
    createdAt: string,
    environmentUrl: string,
  ): void {
    const logUrl = pageUrl(this.#identity, `/actions/runs/${head.id}`);
    const status = {
      state,
      description: "",
      environment,
      environmentUrl,
      logUrl,
      creator: botLogin,
      createdAt,
    };
    this.#deployments.addStatus(id, status, true);
  }
}
