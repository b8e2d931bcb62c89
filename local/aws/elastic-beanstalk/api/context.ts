import type { QueryOperation } from "../../query-protocol.ts";
import { RunningEnvironment } from "../environment/running-environment.ts";
import type { Services } from "../environment/services.ts";
import { errors } from "../errors.ts";
import type { Application, Environment, EnvironmentSummary } from "../model.ts";
import type { Input } from "./input.ts";

export type Operations = Readonly<Record<string, QueryOperation>>;

/** What the operations of the API work on. */
export class ApiContext {
  readonly services: Services;
  /** By id, without the terminated ones. */
  readonly running: Map<string, RunningEnvironment>;

  constructor(services: Services, running: Map<string, RunningEnvironment>) {
    this.services = services;
    this.running = running;
  }

  /** Puts an environment behind its port. */
  async open(record: Environment): Promise<RunningEnvironment> {
    const environment = new RunningEnvironment(record, this.services);
    await environment.open();
    this.running.set(record.id, environment);
    return environment;
  }

  application(name: string): Application {
    const application = this.services.store.application(name);
    if (application === undefined) throw errors.noApplication(name);
    return application;
  }

  /** The environment that EnvironmentId or EnvironmentName names. */
  environment(input: Input, prefix = ""): RunningEnvironment {
    const id = input.text(`${prefix}EnvironmentId`);
    const name = input.text(`${prefix}EnvironmentName`);
    if (id === undefined && name === undefined) throw errors.missing(`${prefix}EnvironmentName`);
    const running = [...this.running.values()].find(
      ({ record }) => (id === undefined || record.id === id) && (name === undefined || record.name === name),
    );
    if (running !== undefined) return running;
    throw id === undefined
      ? errors.noEnvironment("EnvironmentName", name ?? "")
      : errors.noEnvironment("EnvironmentId", id);
  }

  /** ARN of the environment that a request names, for permissions; wildcards stand for what it does not say. */
  environmentArn(input: Input, prefix = ""): string {
    const named = [...this.running.values()].find(
      ({ record }) =>
        record.id === input.text(`${prefix}EnvironmentId`) ||
        record.name === input.text(`${prefix}EnvironmentName`),
    )?.record;
    const application = named?.application ?? input.text("ApplicationName") ?? "*";
    const name = named?.name ?? input.text(`${prefix}EnvironmentName`) ?? "*";
    return this.services.names.environmentArn(application, name);
  }

  requireReady({ record }: { readonly record: EnvironmentSummary }): void {
    if (record.status !== "Ready") throw errors.mustBeReady(record.name);
  }

  setTags(arn: string, tags: Readonly<Record<string, string>>): void {
    if (Object.keys(tags).length > 0) this.services.store.state.tags[arn] = { ...tags };
  }
}
