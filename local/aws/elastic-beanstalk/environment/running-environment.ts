import { join } from "node:path";
import type { Severity } from "../events.ts";
import { Instance, type InstanceHost } from "../instance/instance.ts";
import { type Sample, summarise } from "../instance/metrics.ts";
import type { Deployment, Environment, OperationKind } from "../model.ts";
import { newInstanceId } from "../names.ts";
import { effectiveOptions, type Options } from "../option-settings.ts";
import { basicColor, type Color, colorOf, environmentHealth, type Health, instanceHealth } from "./health.ts";
import { instanceHost } from "./instance-host.ts";
import { LoadBalancer } from "./load-balancer.ts";
import type { Services } from "./services.ts";

const processNamespace = "aws:elasticbeanstalk:environment:process:default";

/** An environment with its processes: the record on disk, the instances, the proxy in front, the health of it all. */
export class RunningEnvironment {
  readonly record: Environment;
  readonly services: Services;
  /** Oldest first; during an immutable update both generations. */
  readonly instances: Instance[] = [];
  /** Settings that the instances run with; ahead of `record.deployed` while an update is under way. */
  options: Options;
  /** Aborted by AbortEnvironmentUpdate, and when the stand-in stops. */
  abort = new AbortController();
  /** False in the phases of an operation that cannot be aborted. */
  abortable = false;
  /** True once the stand-in itself stops: whoever works on the environment leaves everything as it is. */
  closed = false;
  #balancer: LoadBalancer;
  #health: Health = { status: "Pending", causes: [] };
  #toldColor: Color = "Grey";
  readonly #host: InstanceHost;
  #timer: NodeJS.Timeout | undefined;
  readonly #work = new Set<Promise<void>>();

  constructor(record: Environment, services: Services) {
    this.record = record;
    this.services = services;
    this.options = effectiveOptions(record.settings, record.deployed?.extensions ?? []);
    this.#balancer = new LoadBalancer(() => this.instances);
    this.#host = instanceHost(this, () => this.#watch());
  }

  get health(): Health {
    return this.#health;
  }

  /** With basic health, what the load balancer finds is all that there is. */
  get color(): Color {
    if (this.enhanced) return colorOf(this.#health.status);
    const busy = this.record.operation !== undefined;
    return basicColor(
      this.instances.map(({ inService, health }) => ({ inService, checks: health.state })),
      busy,
    );
  }

  get enhanced(): boolean {
    return this.options.get("aws:elasticbeanstalk:healthreporting:system", "SystemType") === "enhanced";
  }

  get size(): number {
    // What runs in a cluster does not run here.
    if (this.record.tier === "Cluster") return 0;
    const single =
      this.options.get("aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance";
    return single ? 1 : this.options.integer("aws:autoscaling:asg", "MinSize");
  }

  async open(): Promise<void> {
    // Workers have a queue in place of an address.
    if (this.record.tier === undefined) await this.#balancer.listen(this.record.port, this.record.name);
    this.#timer = setInterval(() => this.#watch(), this.services.timing.environmentHealthMs);
  }

  /** Ends every process; what is on disk stays. */
  async close(): Promise<void> {
    this.stopWatching();
    this.abort.abort(new Error("Elastic Beanstalk was stopped"));
    await this.#balancer.close();
    await Promise.all(this.#work);
    await Promise.all(this.instances.map((instance) => instance.stop()));
  }

  stopWatching(): void {
    clearInterval(this.#timer);
    this.closed = true;
  }

  /** Keeps track of work that nobody waits for, so that `close` can. */
  run(work: Promise<void>): void {
    const tracked = work
      .catch((error: Error) => this.emit("ERROR", `Internal failure of this stand-in: ${error.stack}`))
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** Moves the proxy to another port, as SwapEnvironmentCNAMEs moves an address. */
  async moveTo(port: number): Promise<void> {
    this.record.port = port;
    this.#balancer = new LoadBalancer(() => this.instances);
    await this.#balancer.listen(port, this.record.name);
  }

  /** Lets the load balancer send that share of the requests to these instances; undefined ends it. */
  splitTraffic(share: Parameters<LoadBalancer["split"]>[0]): void {
    this.#balancer.split(share);
  }

  async closeAddress(): Promise<void> {
    await this.#balancer.close();
  }

  emit(severity: Severity, message: string, requestId = this.record.operation?.requestId): void {
    this.services.events.add({
      severity,
      message,
      application: this.record.application,
      environment: this.record.name,
      environmentId: this.record.id,
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  save(): void {
    this.record.updatedAt = this.services.now().toISOString();
    this.services.store.save();
  }

  /** Marks the environment as busy; from here on it is not Ready, also after a kill. */
  begin(kind: OperationKind, requestId: string): void {
    this.abort = new AbortController();
    this.abortable = kind === "update";
    this.record.operation = { kind, requestId, startedAt: this.services.now().toISOString() };
    this.record.status = kind === "create" ? "Launching" : kind === "terminate" ? "Terminating" : "Updating";
    this.save();
  }

  /** A new, empty instance: recorded before anything runs in it. */
  launch(deployment: Deployment): Instance {
    const record = { id: newInstanceId(), launchedAt: this.services.now().toISOString(), deployment };
    this.record.instances.push(record);
    this.save();
    return this.adopt(record);
  }

  adopt(record: Environment["instances"][number]): Instance {
    const instance = new Instance(record, this.instanceDirectory(record.id), this.#host);
    this.instances.push(instance);
    return instance;
  }

  /** Takes instances out of the fleet: no new requests, time to finish those under way, then the end. */
  async retire(instances: readonly Instance[]): Promise<void> {
    await this.drain(instances);
    for (const instance of instances) {
      this.instances.splice(this.instances.indexOf(instance), 1);
      this.record.instances = this.record.instances.filter(({ id }) => id !== instance.id);
    }
    this.save();
    await Promise.all(instances.map((instance) => instance.remove()));
  }

  async drain(instances: readonly Instance[]): Promise<void> {
    for (const instance of instances) instance.registered = false;
    const delay = 1000 * this.options.integer(processNamespace, "DeregistrationDelay");
    const deadline = performance.now() + Math.min(delay, this.services.timing.drainMs);
    while (instances.some(({ active }) => active > 0) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  instanceDirectory(id: string): string {
    return join(this.services.options.directory, this.record.name, "instances", id);
  }

  instanceHealth(instance: Instance): Health {
    const { deployed, operation } = this.record;
    return instanceHealth({
      running: instance.running,
      checks: instance.health.state,
      checkReason: instance.health.reason,
      secondsInState: instance.health.seconds,
      busySeconds:
        instance.busySince === undefined
          ? undefined
          : (this.services.now().getTime() - instance.busySince.getTime()) / 1000,
      deployment: instance.record.deployment,
      expected: operation === undefined ? deployed : undefined,
      metrics: summarise(instance.metrics.samples()),
    });
  }

  samples(): readonly Sample[] {
    return this.instances.flatMap((instance) => instance.metrics.samples());
  }

  /** Brings the health up to date, and tells of a change as EB does: without a request id. */
  #watch(): void {
    const { operation } = this.record;
    const update =
      operation === undefined
        ? undefined
        : {
            what: operation.kind === "create" ? "Environment launch" : "Application update",
            seconds: (this.services.now().getTime() - Date.parse(operation.startedAt)) / 1000,
          };
    const before = this.#health.status;
    this.#health = environmentHealth(
      this.instances.map((instance) => this.instanceHealth(instance)),
      update,
    );
    this.#watchBasic();
    const { status, causes } = this.#health;
    if (status === before || !this.enhanced) return;
    const severity = status === "Severe" || status === "Degraded" || status === "Warning" ? "WARN" : "INFO";
    const text = [`Environment health has transitioned from ${before} to ${status}.`, ...causes].join(" ");
    this.#tell(severity, text);
  }

  /** A colour that is new, and not that of an update, is an event with basic health. */
  #watchBasic(): void {
    const before = this.#toldColor;
    if (this.enhanced || this.color === before || this.color === "Grey") return;
    this.#toldColor = this.color;
    const severity = this.color === "Green" ? "INFO" : "WARN";
    this.#tell(severity, `Environment health has been set to ${this.color.toUpperCase()}`);
  }

  /** An event of the environment itself, which no request asked for. */
  #tell(severity: Severity, message: string): void {
    const { application, name: environment, id: environmentId } = this.record;
    this.services.events.add({ severity, message, application, environment, environmentId });
  }
}
