import type { Instance } from "../instance/instance.ts";
import { deploymentOf, InstanceCommand, type Wanted } from "./instance-command.ts";
import { batchesOf, deploymentStrategy, type InPlace, type Replace } from "./policy.ts";
import type { RunningEnvironment } from "./running-environment.ts";
import { stayHealthy, waitUntilHealthy } from "./wait-for-health.ts";

type Split = Extract<Replace, { policy: "TrafficSplitting" }>;

/**
 * Brings a version, or other settings, onto an environment by its deployment policy. Throws OperationFailed: an in-place
 * deployment then leaves its instances as they are, new and old, and an immutable one the old instances alone.
 */
export class Rollout {
  readonly #environment: RunningEnvironment;
  readonly #wanted: Wanted;
  readonly #command: InstanceCommand;

  constructor(environment: RunningEnvironment, wanted: Wanted) {
    this.#environment = environment;
    this.#wanted = wanted;
    this.#command = new InstanceCommand(environment, wanted);
  }

  async run(): Promise<void> {
    const environment = this.#environment;
    const strategy = deploymentStrategy(environment.options, environment.size);
    if (strategy.kind === "replace") return this.#replace(strategy);
    await this.#inPlace(strategy);
    environment.abortable = false;
    await this.scale();
  }

  /** The first instances of an environment. */
  async launchAll(): Promise<void> {
    const instances = this.#launch(this.#environment.size);
    await this.#command.run(instances);
    this.#register(instances);
    await waitUntilHealthy(this.#environment, instances);
  }

  /** As many instances as the settings ask for. */
  async scale(): Promise<void> {
    const environment = this.#environment;
    const missing = environment.size - environment.instances.length;
    if (missing > 0) await this.#addInstances(missing);
    else if (missing < 0) await environment.retire(environment.instances.slice(0, -missing));
  }

  async #inPlace({ batchSize, deregister, additional }: InPlace): Promise<void> {
    const environment = this.#environment;
    const present = [...environment.instances];
    const extra = this.#wanted.newVersion ? additional : 0;
    if (extra > 0) {
      environment.emit(
        "INFO",
        "Rolling with Additional Batch deployment policy enabled. " +
          `Launching a new batch of ${extra} additional instance(s).`,
      );
      await this.#addInstances(extra);
    }
    // An environment whose launch failed has fewer instances than it should.
    const missing = Math.max(0, environment.size - present.length - extra);
    const staying = [...present.slice(0, Math.max(0, present.length - extra)), ...this.#launch(missing)];
    for (const [index, batch] of batchesOf(staying, batchSize).entries()) {
      await this.#batch(deregister ? `Batch ${index + 1}: ` : undefined, batch);
    }
    await environment.retire(present.filter((instance) => !staying.includes(instance)));
  }

  async #batch(name: string | undefined, batch: readonly Instance[]): Promise<void> {
    const environment = this.#environment;
    const ids = batch.map(({ id }) => id).join(", ");
    if (name !== undefined) {
      environment.emit("INFO", `${name}Starting application deployment on instance(s) [${ids}].`);
      await environment.drain(batch);
    }
    try {
      await this.#command.run(batch);
    } finally {
      // A batch that failed goes back as well: what it runs, old or new, serves if it is healthy.
      this.#register(batch);
    }
    if (name !== undefined) {
      environment.emit(
        "INFO",
        `${name}Registering instance(s) with the load balancer and waiting for them to be healthy.`,
      );
    }
    await waitUntilHealthy(this.#environment, batch);
    if (name !== undefined) environment.emit("INFO", `${name}Completed application deployment.`);
  }

  async #replace(strategy: Replace): Promise<void> {
    const environment = this.#environment;
    const old = [...environment.instances];
    try {
      await (strategy.policy === "Immutable" ? this.#addOneThenOthers() : this.#addAndEvaluate(strategy));
    } catch (error) {
      await this.#giveUp(environment.instances.filter((instance) => !old.includes(instance)));
      throw error;
    }
    environment.abortable = false;
    environment.emit(
      "INFO",
      "Deployment succeeded. Terminating old instances and temporary Auto Scaling group.",
    );
    await environment.retire(old);
  }

  async #addOneThenOthers(): Promise<void> {
    const environment = this.#environment;
    environment.emit(
      "INFO",
      "Immutable deployment policy enabled. Launching one instance with the new settings to verify health.",
    );
    this.#createGroup();
    await this.#addInstances(1);
    if (environment.size === 1) return;
    environment.emit(
      "INFO",
      "Test instance passed command execution and required health checks. Launching remaining new instances.",
    );
    await this.#addInstances(environment.size - 1);
  }

  /** All new instances at once, which then get a share of the requests for a time, in which they have to stay healthy. */
  async #addAndEvaluate({ percent, evaluationMinutes }: Split): Promise<void> {
    const environment = this.#environment;
    const { size } = environment;
    environment.emit(
      "INFO",
      `Traffic-splitting deployment policy enabled. Launching ${size} instance(s) with the new settings.`,
    );
    this.#createGroup();
    const instances = await this.#addInstances(size, false);
    const shifting = `Shifting ${percent} percent of the traffic to the new instances`;
    environment.emit("INFO", `${shifting} for an evaluation time of ${evaluationMinutes} minute(s).`);
    environment.splitTraffic({ instances, percent });
    this.#register(instances);
    try {
      const { evaluationMinuteMs } = environment.services.timing;
      await stayHealthy(environment, instances, evaluationMinutes * evaluationMinuteMs);
    } finally {
      environment.splitTraffic(undefined);
    }
  }

  #createGroup(): void {
    const { record } = this.#environment;
    const group = `awseb-${record.id}-immutable-stack-AWSEBAutoScalingGroup-${this.#wanted.deploymentId}`;
    this.#environment.emit("INFO", `Created temporary auto scaling group ${group}.`);
  }

  async #addInstances(count: number, register = true): Promise<Instance[]> {
    const instances = this.#launch(count);
    const ids = instances.map(({ id }) => id).join(", ");
    this.#environment.emit("INFO", `Added instance [${ids}] to your environment.`);
    try {
      await this.#command.run(instances);
      await waitUntilHealthy(this.#environment, instances);
    } catch (error) {
      await this.#giveUp(instances);
      throw error;
    }
    if (register) this.#register(instances);
    return instances;
  }

  /** Takes failed new instances away again, and keeps their logs for those who have to find out why. */
  async #giveUp(instances: readonly Instance[]): Promise<void> {
    const environment = this.#environment;
    if (environment.closed || instances.length === 0) return;
    for (const instance of instances) {
      for (const type of ["tail", "bundle"] as const) {
        const from = { id: instance.id, logDirectory: instance.folders.log };
        environment.record.logs.push(await environment.services.logs.take(type, from, true));
      }
    }
    await environment.retire(instances);
    const ids = instances.map(({ id }) => id).join(", ");
    environment.emit("INFO", `Removed instance [${ids}] from your environment.`);
  }

  #launch(count: number): Instance[] {
    return Array.from({ length: count }, () =>
      this.#environment.launch(deploymentOf(this.#environment, this.#wanted, "In Progress")),
    );
  }

  #register(instances: readonly Instance[]): void {
    for (const instance of instances) instance.registered = true;
  }
}
