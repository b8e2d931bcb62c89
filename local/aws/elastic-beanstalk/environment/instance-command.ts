import type { Extensions } from "../bundle/ebextensions.ts";
import type { BundleSource } from "../bundle/unpack.ts";
import type { Deployable, Instance } from "../instance/instance.ts";
import { StepFailed } from "../instance/staging.ts";
import type { Deployment } from "../model.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/** An operation that failed the way EB's operations fail; its own events have been written. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

/** What is to be brought onto the instances. */
export interface Wanted {
  readonly versionLabel: string;
  readonly deploymentId: number;
  readonly source: BundleSource | "sample";
  readonly extensions: Extensions;
  /** False when only settings change: the application stays, and is started again with them. */
  readonly newVersion: boolean;
}

const namespace = "aws:elasticbeanstalk:command";

export function deploymentOf(
  environment: RunningEnvironment,
  { versionLabel, deploymentId }: Wanted,
  status: Deployment["status"],
): Deployment {
  return { versionLabel, deploymentId, status, at: environment.services.now().toISOString() };
}

/** The command of one operation: the deployment of a version or of settings, on as many instances at once as it is given. */
export class InstanceCommand {
  readonly #environment: RunningEnvironment;
  readonly #wanted: Wanted;
  /** The first instance of a deployment runs what only one may run. */
  #leader: string | undefined;
  readonly #splitsFleet: boolean;

  constructor(environment: RunningEnvironment, wanted: Wanted) {
    this.#environment = environment;
    this.#wanted = wanted;
    const { faults } = environment.services;
    this.#splitsFleet =
      wanted.newVersion && faults.strike("split-fleet", environment.record.name) !== undefined;
  }

  /** Throws OperationFailed when it failed on any of them, after it has ended on all. */
  async run(instances: readonly Instance[]): Promise<void> {
    const environment = this.#environment;
    const timeout = AbortSignal.timeout(1000 * environment.options.integer(namespace, "Timeout"));
    const signal = AbortSignal.any([environment.abort.signal, timeout]);
    this.#leader ??= instances[0]?.id;
    const outcomes = await Promise.allSettled(instances.map((instance) => this.#runOn(instance, signal)));
    environment.save();
    const failed = instances.filter((_, index) => outcomes[index]?.status === "rejected");
    if (failed.length === 0) return;
    for (const instance of instances) instance.busySince = undefined;
    environment.abort.signal.throwIfAborted();
    const late = instances.filter((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status === "rejected" && timeout.aborted && outcome.reason === timeout.reason;
    });
    if (late.length > 0) {
      environment.emit(
        "WARN",
        "The following instances have not responded in the allowed command timeout time " +
          `(they might still finish eventually on their own): [${late.map(({ id }) => id).join(", ")}].`,
      );
    }
    const summary = `[Successful: ${instances.length - failed.length}, Failed: ${failed.length}]`;
    environment.emit("INFO", `Command execution completed on all instances. Summary: ${summary}.`);
    environment.emit(
      "ERROR",
      `Unsuccessful command execution on instance id(s) ${quoted(failed)}. Aborting the operation.`,
    );
    throw new OperationFailed(`the command failed on ${quoted(failed)}`);
  }

  async #runOn(instance: Instance, signal: AbortSignal): Promise<void> {
    const environment = this.#environment;
    const { newVersion } = this.#wanted;
    instance.busySince = environment.services.now();
    const renewed = newVersion || this.#renews(instance);
    const mark = (status: Deployment["status"]): void => {
      if (renewed) instance.record.deployment = deploymentOf(environment, this.#wanted, status);
    };
    mark("In Progress");
    const leader = instance.id === this.#leader;
    try {
      const deployable = { variables: environment.options.variables(), leader, signal };
      const { instances } = environment;
      if (this.#splitsFleet && instances.indexOf(instance) >= instances.length / 2)
        throw new StepFailed("fault split-fleet");
      // An instance that has just been launched has no application yet, whatever the operation.
      if (newVersion || !instance.hasApplication) await this.#deploy(instance, deployable);
      else await instance.configure(deployable);
      mark("Deployed");
      environment.emit("INFO", "Instance deployment completed successfully.");
    } catch (error) {
      mark("Failed");
      if (!signal.aborted) this.#report(instance, error);
      throw error;
    }
  }

  /** A change of settings is a deployment too, of the version that is there; what another version left is not healed by it. */
  #renews({ record: { deployment } }: Instance): boolean {
    const { versionLabel, deploymentId } = this.#wanted;
    return (
      deployment.status === "Deployed" &&
      deployment.versionLabel === versionLabel &&
      deployment.deploymentId !== deploymentId
    );
  }

  async #deploy(instance: Instance, deployable: Omit<Deployable, "source" | "extensions">): Promise<void> {
    const environment = this.#environment;
    const { source, extensions } = this.#wanted;
    const started = await instance.deploy({ ...deployable, source, extensions });
    if (started.kind === "generated") {
      environment.emit("INFO", "Instance deployment successfully generated a 'Procfile'.");
    }
    if (started.kind === "procfile" && started.others.length > 0) {
      const names = started.others.join(", ");
      environment.emit("WARN", `Processes of the 'Procfile' other than web are not run here: ${names}.`);
    }
    instance.record.deployment = deploymentOf(environment, this.#wanted, "Deployed");
  }

  #report(instance: Instance, error: unknown): void {
    const environment = this.#environment;
    if (error instanceof StepFailed && error.event !== undefined) environment.emit("ERROR", error.event);
    environment.emit("ERROR", "Instance deployment failed. For details, see 'eb-engine.log'.");
    environment.emit(
      "ERROR",
      `[Instance: ${instance.id}] Command failed on instance. Return code: 1 ` +
        "Output: Engine execution has encountered an error..",
    );
  }
}

/** As events name instances: 'i-1', 'i-2' */
export function quoted(instances: readonly Instance[]): string {
  return instances.map(({ id }) => `'${id}'`).join(", ");
}
