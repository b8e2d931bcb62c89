import { existsSync, mkdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Processes } from "../../../processes.ts";
import type { Extensions } from "../bundle/ebextensions.ts";
import type { StartCommand } from "../bundle/start-command.ts";
import type { BundleSource } from "../bundle/unpack.ts";
import type { InstanceRecord } from "../model.ts";
import type { Timing } from "../options.ts";
import { EngineLog } from "./engine-log.ts";
import { HealthMonitor, judge, type Probe, probe } from "./health-check.ts";
import { lastLines } from "./last-lines.ts";
import { RequestMetrics } from "./metrics.ts";
import { InstanceProxy } from "./proxy.ts";
import { runCommand } from "./run-command.ts";
import { type InstanceFolders, type InstanceShell, readStartCommand, runHooks, stage } from "./staging.ts";
import { WebProcess } from "./web-process.ts";

/** What an instance needs from the environment that it belongs to. */
export interface InstanceHost {
  readonly processes: Processes;
  readonly timing: Timing;
  readonly now: () => Date;
  /** Base environment and instance profile, with Node first on the PATH. */
  environment(variables: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  probe(): Probe;
  /** Whether nginx stands before the application, and the port that its configuration knows the application by. */
  proxy(): { readonly nginx: boolean; readonly applicationPort: number };
  /** Why the instance has to look unhealthy although it is not; undefined when no fault is on. */
  faultOf(instance: Instance): string | undefined;
  healthChanged(instance: Instance): void;
}

/** One application deployment or configuration deployment on one instance. */
export interface Deployable {
  readonly source: BundleSource | "sample";
  readonly extensions: Extensions;
  readonly variables: Readonly<Record<string, string>>;
  readonly leader: boolean;
  /** Aborts when the command's Timeout is over or the update is aborted. */
  readonly signal: AbortSignal;
}

/** One instance: a folder, a web process in it, and its health. */
export class Instance {
  readonly id: string;
  readonly record: InstanceRecord;
  readonly folders: InstanceFolders;
  readonly metrics = new RequestMetrics();
  readonly health: HealthMonitor;
  readonly proxy: InstanceProxy;
  /** Whether the load balancer may send it requests, once it is healthy. */
  registered = false;
  /** Requests that the proxy has under way here. */
  active = 0;
  /** When the deployment or restart under way on it began. */
  busySince: Date | undefined;
  readonly #host: InstanceHost;
  readonly #log: EngineLog;
  #web: WebProcess | undefined;
  /** Whether the last check asked the application, and not nginx alone. */
  #asked = false;

  constructor(record: InstanceRecord, directory: string, host: InstanceHost) {
    this.id = record.id;
    this.record = record;
    this.#host = host;
    this.folders = {
      root: join(directory, "root"),
      staging: join(directory, "staging"),
      current: join(directory, "current"),
      log: join(directory, "log"),
    };
    mkdirSync(this.folders.log, { recursive: true });
    this.#log = new EngineLog(join(this.folders.log, "eb-engine.log"), host.now);
    this.proxy = new InstanceProxy(this.#log);
    this.health = new HealthMonitor({
      check: () => this.#check(),
      intervalMs: () =>
        this.#watchedClosely() ? host.timing.deploymentIntervalMs : host.timing.healthIntervalMs,
      healthyThreshold: host.timing.healthCheck.healthyThreshold,
      unhealthyThreshold: host.timing.healthCheck.unhealthyThreshold,
      onChange: () => host.healthChanged(this),
    });
  }

  get port(): number {
    return this.#web?.port ?? 0;
  }

  get pid(): number | undefined {
    return this.#web?.pid;
  }

  get running(): boolean {
    return this.pid !== undefined;
  }

  /** How often in a row the web process crashed at its start, and how it last ended. */
  get crashes(): { readonly count: number; readonly last: string | undefined } {
    return { count: this.#web?.exits ?? 0, last: this.#web?.lastExit };
  }

  /** Healthy, and not only because nginx is: a process that no check reaches has to run for a while. */
  get proven(): boolean {
    const { state, seconds } = this.health;
    const seen = this.#asked || !this.#host.probe().seesProcess;
    return state === "healthy" && (seen || seconds * 1000 >= this.#host.timing.steadyMs);
  }

  get inService(): boolean {
    return this.registered && this.proxy.running && this.health.state === "healthy";
  }

  /** True when there is an application in its folder that can be started as it is. */
  get hasApplication(): boolean {
    return existsSync(this.folders.current);
  }

  /** Brings a new version onto the instance. Throws StepFailed; before the flip, what ran before still runs. */
  async deploy(deployable: Deployable): Promise<StartCommand> {
    const { source, extensions, leader } = deployable;
    this.#log.info("Starting...");
    this.#log.info(`Executing the command app-deploy (leader: ${leader})`);
    const shell = await this.#shell(deployable);
    const command = await this.#logged("app-deploy", async () => {
      const staged = await stage(shell, source, extensions, leader);
      deployable.signal.throwIfAborted();
      this.proxy.stop();
      await this.#flip();
      await this.#startWeb(staged, deployable.variables);
      this.proxy.start(this.folders.current, this.#host.proxy());
      await runHooks(shell, "hooks/postdeploy", this.folders.current, leader);
      return staged;
    });
    this.#log.info("Instance deployment completed successfully.");
    return command;
  }

  /** Gives the running version other environment properties. */
  async configure(deployable: Omit<Deployable, "source" | "extensions">): Promise<void> {
    this.#log.info("Executing the command config-deploy");
    const shell = await this.#shell(deployable);
    await this.#logged("config-deploy", async () => {
      for (const kind of ["confighooks/prebuild", "confighooks/predeploy"]) {
        await runHooks(shell, kind, this.folders.current, deployable.leader);
      }
      await this.#startWeb(readStartCommand(this.folders.current), deployable.variables);
      this.proxy.start(this.folders.current, this.#host.proxy());
      await runHooks(shell, "confighooks/postdeploy", this.folders.current, deployable.leader);
    });
  }

  /** (Re)starts what is in the instance's folder. */
  async start(variables: Readonly<Record<string, string>>): Promise<void> {
    await this.#startWeb(readStartCommand(this.folders.current), variables);
    try {
      this.proxy.start(this.folders.current, this.#host.proxy());
    } catch (error) {
      // As after a failed deployment: the application runs, and nothing answers on port 80.
      this.#log.error((error as Error).message);
    }
  }

  /** Ends the web process for good. */
  async stop(): Promise<void> {
    this.health.stop();
    this.health.reset("the instance is stopped");
    await this.#web?.stop(this.#host.timing.stopGraceMs);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(dirname(this.folders.current), { recursive: true, force: true });
  }

  /** Says in eb-engine.log why the instance was given up, with the application's own last words. */
  explain(failure: string): void {
    this.#log.error(failure);
    const output = lastLines(join(this.folders.log, "web.stdout.log"), 20);
    if (output !== "") this.#log.error(`Last lines of the application's own output:\n${output}`);
  }

  async #flip(): Promise<void> {
    this.#log.instruction("FlipApplication");
    await this.#web?.stop(this.#host.timing.stopGraceMs);
    await rm(this.folders.current, { recursive: true, force: true });
    await rename(this.folders.staging, this.folders.current);
  }

  async #startWeb(command: StartCommand, variables: Readonly<Record<string, string>>): Promise<void> {
    if (command.kind === "none") throw new Error(command.reason);
    await this.#web?.stop(this.#host.timing.stopGraceMs);
    this.metrics.reset();
    this.health.reset(undefined);
    this.#log.info(`Starting process web: ${command.command}`);
    this.#web = new WebProcess({
      processes: this.#host.processes,
      command: command.command,
      cwd: this.folders.current,
      env: await this.#host.environment(variables),
      logFile: join(this.folders.log, "web.stdout.log"),
      onExit: (reason) => {
        this.#log.error(`Process web ${reason}; it is started again`);
        // A load balancer that only asks from outside finds out by its checks.
        if (this.#host.probe().seesProcess) this.health.reset(`process web ${reason}`);
      },
    });
    await this.#web.start();
    this.health.start();
  }

  /** While somebody waits for it to become healthy. */
  #watchedClosely(): boolean {
    return this.busySince !== undefined || (this.health.state !== "healthy" && this.health.seconds < 10);
  }

  async #check(): Promise<string | undefined> {
    this.#asked = false;
    try {
      const fault = this.#host.faultOf(this);
      if (fault !== undefined) return fault;
    } catch (error) {
      return (error as Error).message;
    }
    if (!this.proxy.running) return "Target.FailedHealthChecks: connection refused: the proxy is not running";
    const asked = this.#host.probe();
    const way = this.proxy.decide({
      method: "GET",
      url: asked.path === "" ? "/" : asked.path,
      headers: { host: "127.0.0.1" },
      remoteAddress: "127.0.0.1",
    });
    if (asked.seesProcess && !this.running) return `process web ${this.crashes.last ?? "is not running"}`;
    // nginx takes every connection, whatever the application does.
    if (asked.path === "" && way !== undefined) return undefined;
    if (way?.kind === "answer") return judge(asked, way.status);
    if (!this.running) return `process web ${this.crashes.last ?? "is not running"}`;
    this.#asked = true;
    return probe({ ...asked, path: way?.path ?? asked.path }, this.port);
  }

  async #shell(deployable: Omit<Deployable, "source" | "extensions">): Promise<InstanceShell> {
    const base = await this.#host.environment({});
    const env = await this.#host.environment(deployable.variables);
    return {
      folders: this.folders,
      log: this.#log,
      variables: deployable.variables,
      run: (command, options) =>
        runCommand(this.#host.processes, command, {
          cwd: options.cwd,
          env: { ...(options.replaceEnv === true ? base : env), ...options.env },
          signal: deployable.signal,
        }),
    };
  }

  async #logged<T>(command: string, steps: () => Promise<T>): Promise<T> {
    try {
      return await steps();
    } catch (error) {
      this.#log.error(
        `An error occurred during execution of command [${command}] - [${this.#log.step}]. ` +
          `Stop running the command. Error: ${(error as Error).message}`,
      );
      throw error;
    }
  }
}
