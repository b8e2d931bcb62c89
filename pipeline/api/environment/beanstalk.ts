import {
  AbortEnvironmentUpdateCommand,
  DescribeConfigurationOptionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  DescribeInstancesHealthCommand,
  type ElasticBeanstalkClient,
  type EventDescription,
  type SingleInstanceHealth,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { isLost, LostAnswer } from "../../aws/elastic-beanstalk.ts";
import type { Clock } from "../../kit/clock.ts";
import type { WantedOption } from "../options/plan-options.ts";
import type { UpdateRequest } from "../update/update-request.ts";
import { call, refusalOf } from "./call.ts";
import type { EnvironmentReading, EventReading, Fleet, InstanceReading } from "./observation.ts";

/** One environment of one application, as the deploy reads and changes it. */
export class Beanstalk {
  readonly #eb: ElasticBeanstalkClient;
  readonly #clock: Clock;
  #readAt: Date | undefined;
  readonly application: string;
  readonly environment: string;

  constructor(eb: ElasticBeanstalkClient, application: string, environment: string, clock: Clock) {
    this.#eb = eb;
    this.#clock = clock;
    this.application = application;
    this.environment = environment;
  }

  /** When the environment was last read, by Elastic Beanstalk's clock, in whole seconds; undefined before, and where it does not say. */
  get readAt(): Date | undefined {
    return this.#readAt;
  }

  async readEnvironment(): Promise<EnvironmentReading | undefined> {
    const command = new DescribeEnvironmentsCommand({
      ApplicationName: this.application,
      EnvironmentNames: [this.environment],
      IncludeDeleted: false,
    });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
        const at = new Date(headers?.date ?? "");
        if (!Number.isNaN(at.getTime())) this.#readAt = at;
        return result;
      },
      { step: "deserialize", name: "readDate" },
    );
    const answer = await call("DescribeEnvironments", this.#clock, () => this.#eb.send(command));
    const [found] = answer.Environments ?? [];
    if (found === undefined) return undefined;
    return {
      status: found.Status ?? "",
      versionLabel: found.VersionLabel ?? "",
      health: found.Health ?? "",
      healthStatus: found.HealthStatus ?? "",
      abortable: found.AbortableOperationInProgress ?? false,
      url: found.CNAME ? `http://${found.CNAME}` : "",
      platform: found.SolutionStackName ?? found.PlatformArn ?? "",
      tier: found.Tier?.Name ?? "",
    };
  }

  /** Unknown on basic health. A role that may not see the instances gets an empty list, not an error. */
  async readInstances(): Promise<Fleet> {
    const instances: InstanceReading[] = [];
    let token: string | undefined;
    try {
      do {
        const page = await call("DescribeInstancesHealth", this.#clock, () =>
          this.#eb.send(
            new DescribeInstancesHealthCommand({
              EnvironmentName: this.environment,
              AttributeNames: ["All"],
              ...(token === undefined ? {} : { NextToken: token }),
            }),
          ),
        );
        for (const one of page.InstanceHealthList ?? []) {
          instances.push(instanceReading(one));
        }
        token = page.NextToken;
      } while (token !== undefined);
    } catch (error) {
      if (refusalOf(error) === "basic-health") return { kind: "unknown", why: "basic health" };
      throw error;
    }
    return { kind: "known", instances };
  }

  /** So many of the newest events, oldest first. */
  async readNewestEvents(count: number): Promise<readonly EventReading[]> {
    const command = new DescribeEventsCommand({
      ApplicationName: this.application,
      EnvironmentName: this.environment,
      MaxRecords: count,
    });
    const { Events = [] } = await call("DescribeEvents", this.#clock, () => this.#eb.send(command));
    return readings(Events);
  }

  /** Events on or after `since`, oldest first. */
  async readEvents(since: Date): Promise<readonly EventReading[]> {
    const events: EventDescription[] = [];
    let token: string | undefined;
    do {
      const page = await call("DescribeEvents", this.#clock, () =>
        this.#eb.send(
          new DescribeEventsCommand({
            ApplicationName: this.application,
            EnvironmentName: this.environment,
            MaxRecords: 1000,
            StartTime: since,
            ...(token === undefined ? {} : { NextToken: token }),
          }),
        ),
      );
      events.push(...(page.Events ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return readings(events);
  }

  /** The environment's settings by `namespace option`. */
  async readSettings(): Promise<ReadonlyMap<string, string>> {
    const answer = await call("DescribeConfigurationSettings", this.#clock, () =>
      this.#eb.send(
        new DescribeConfigurationSettingsCommand({
          ApplicationName: this.application,
          EnvironmentName: this.environment,
        }),
      ),
    );
    const options = answer.ConfigurationSettings?.[0]?.OptionSettings ?? [];
    return new Map(
      options.map(({ Namespace, OptionName, Value }) => [`${Namespace} ${OptionName}`, Value ?? ""]),
    );
  }

  /** What options are where nobody sets them, by `namespace option`; those that have no default are left out. */
  async readDefaults(
    options: readonly { readonly namespace: string; readonly name: string }[],
  ): Promise<ReadonlyMap<string, string>> {
    const command = new DescribeConfigurationOptionsCommand({
      ApplicationName: this.application,
      EnvironmentName: this.environment,
      Options: options.map(({ namespace, name }) => ({ Namespace: namespace, OptionName: name })),
    });
    const { Options = [] } = await call("DescribeConfigurationOptions", this.#clock, () =>
      this.#eb.send(command),
    );
    return new Map(
      Options.flatMap(({ Namespace, Name, DefaultValue }) =>
        DefaultValue === undefined ? [] : [[`${Namespace} ${Name}`, DefaultValue] as const],
      ),
    );
  }

  /** Starts the update; returns its request id, under which its events run. Throws `LostAnswer` where it may have begun or not. */
  async update({ wanted, keepsVersion, options }: UpdateRequest): Promise<string> {
    const named = ({ namespace, name }: WantedOption) => ({ Namespace: namespace, OptionName: name });
    const set = options.filter(({ value }) => value !== undefined);
    const removed = options.filter(({ value }) => value === undefined);
    const command = new UpdateEnvironmentCommand({
      ApplicationName: this.application,
      EnvironmentName: this.environment,
      ...(keepsVersion ? {} : { VersionLabel: wanted }),
      ...(set.length === 0
        ? {}
        : { OptionSettings: set.map((option) => ({ ...named(option), Value: option.value })) }),
      ...(removed.length === 0 ? {} : { OptionsToRemove: removed.map(named) }),
    });
    const answer = await call("UpdateEnvironment", this.#clock, () =>
      this.#eb.send(command).catch((error: unknown) => {
        throw isLost(error) ? new LostAnswer(error) : error;
      }),
    );
    return answer.$metadata.requestId ?? "";
  }

  /** Returns false where there is nothing to abort any more. */
  async abort(): Promise<boolean> {
    try {
      await call("AbortEnvironmentUpdate", this.#clock, () =>
        this.#eb.send(new AbortEnvironmentUpdateCommand({ EnvironmentName: this.environment })),
      );
      return true;
    } catch (error) {
      if (refusalOf(error) === "busy") return false;
      throw error;
    }
  }
}

/** The API gives the newest first. */
function readings(events: readonly EventDescription[]): readonly EventReading[] {
  return events.toReversed().map(({ EventDate, Severity, Message, RequestId }) => ({
    at: EventDate ?? new Date(0),
    severity: Severity ?? "",
    message: Message ?? "",
    requestId: RequestId ?? "",
  }));
}

function instanceReading({
  InstanceId,
  Deployment,
  HealthStatus,
  Causes,
}: SingleInstanceHealth): InstanceReading {
  return {
    id: InstanceId ?? "",
    deployment:
      Deployment?.VersionLabel === undefined
        ? undefined
        : {
            versionLabel: Deployment.VersionLabel,
            id: Deployment.DeploymentId,
            status: Deployment.Status ?? "",
          },
    healthStatus: HealthStatus ?? "",
    causes: Causes ?? [],
  };
}
