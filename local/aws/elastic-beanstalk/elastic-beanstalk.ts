import { mkdirSync } from "node:fs";
import { queryService } from "../query-protocol.ts";
import type { AwsService } from "../service.ts";
import { applicationOperations } from "./api/applications.ts";
import { configurationOperations } from "./api/configuration.ts";
import { ApiContext } from "./api/context.ts";
import { environmentOperations } from "./api/environments.ts";
import { eventOperations } from "./api/events.ts";
import { healthOperations } from "./api/health.ts";
import { informationOperations } from "./api/information.ts";
import { lifecycleOperations } from "./api/lifecycle.ts";
import { platformOperations } from "./api/platforms.ts";
import { tagOperations } from "./api/tags.ts";
import { versionOperations } from "./api/versions.ts";
import { LogSamples } from "./environment/log-samples.ts";
import { recover } from "./environment/recovery.ts";
import type { RunningEnvironment } from "./environment/running-environment.ts";
import type { Services } from "./environment/services.ts";
import { EnvironmentFaults } from "./environment-faults.ts";
import { EventLog } from "./events.ts";
import type { Deployment } from "./model.ts";
import { Names } from "./names.ts";
import { type ElasticBeanstalkOptions, laptopTiming } from "./options.ts";
import { parseFault } from "./parse-environment-fault.ts";
import { Store } from "./store.ts";

/** One running instance, for people and tests. */
interface InstanceView {
  readonly id: string;
  readonly environment: string;
  readonly pid: number | undefined;
  readonly port: number;
  readonly directory: string;
  readonly inService: boolean;
  readonly deployment: Deployment;
}

export interface ElasticBeanstalk {
  /** For `startAws`. */
  readonly service: AwsService;
  readonly faults: EnvironmentFaults;
  /** Brings every environment back as it was last good; resolves when they are healthy, or soon have to be. */
  start(): Promise<void>;
  /** Ends every process. What is under way is resolved as failed by the next `start`. */
  stop(): Promise<void>;
  /** The address of an environment; undefined when there is none of that name. */
  url(environmentName: string): string | undefined;
  instances(environmentName?: string): readonly InstanceView[];
}

/** Elastic Beanstalk on this machine. Reads the state in its directory; nothing runs before `start`. */
export async function elasticBeanstalk(options: ElasticBeanstalkOptions): Promise<ElasticBeanstalk> {
  mkdirSync(options.directory, { recursive: true });
  const { clock = { now: () => new Date() } } = options;
  const now = (): Date => clock.now();
  const services: Services = {
    options,
    timing: { ...laptopTiming, ...options.timing },
    store: new Store(options.directory),
    events: new EventLog(options.directory, now),
    faults: new EnvironmentFaults(options.directory),
    names: new Names(options.region, options.accountId),
    logs: new LogSamples(options.directory, now),
    now,
  };
  const running = new Map<string, RunningEnvironment>();
  const context = new ApiContext(services, running);
  return {
    service: queryService({
      name: "elasticbeanstalk",
      xmlns: "http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/",
      version: "2010-12-01",
      json: true,
      operations: {
        ...applicationOperations(context),
        ...versionOperations(context),
        ...lifecycleOperations(context),
        ...environmentOperations(context),
        ...configurationOperations(context),
        ...eventOperations(context),
        ...healthOperations(context),
        ...informationOperations(context),
        ...platformOperations(context),
        ...tagOperations(context),
      },
      faults: {
        list: () => services.faults.list(),
        add: (fault) => services.faults.add(parseFault(fault)),
        clear: () => services.faults.clear(),
      },
    }),
    faults: services.faults,
    start: async () => {
      await services.logs.listen(await options.ports.allocate("eb-logs"));
      const environments = await Promise.all(
        services.store.liveEnvironments().map((record) => context.open(record)),
      );
      await Promise.all(environments.map((environment) => bringBack(environment, context)));
    },
    stop: async () => {
      await Promise.all([...running.values()].map((environment) => environment.close()));
      running.clear();
      await services.logs.close();
    },
    url: (environmentName) => {
      const record = services.store.environmentNamed(environmentName);
      return record === undefined || record.tier !== undefined
        ? undefined
        : `http://127.0.0.1:${record.port}`;
    },
    instances: (environmentName) =>
      [...running.values()]
        .filter(({ record }) => environmentName === undefined || record.name === environmentName)
        .flatMap((environment) =>
          environment.instances.map((instance) => ({
            id: instance.id,
            environment: environment.record.name,
            pid: instance.pid,
            port: instance.port,
            directory: environment.instanceDirectory(instance.id),
            inService: instance.inService,
            deployment: instance.record.deployment,
          })),
        ),
  };
}

async function bringBack(environment: RunningEnvironment, { running, services }: ApiContext): Promise<void> {
  const recovered = recover(environment);
  environment.run(recovered);
  await recovered;
  if (environment.record.status === "Terminated") {
    running.delete(environment.record.id);
    return;
  }
  const deadline = performance.now() + services.timing.startupMs;
  const waiting = (): boolean => environment.instances.some(({ inService }) => !inService);
  while (!environment.closed && waiting() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
