import {
  type ConfigurationOptionSetting,
  CreateApplicationCommand,
  CreateEnvironmentCommand,
  DescribeApplicationsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  TerminateEnvironmentCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import type { AwsConnection } from "../aws/server.ts";
import { LocalError } from "../errors.ts";
import type { EnvironmentNames } from "./names.ts";
import { type Facts, fillProperties, type Property } from "./properties.ts";

/** What the API finds in its environment. */
interface Found {
  readonly properties: readonly Property[];
  readonly facts: Omit<Facts, "api.url">;
  /** How its environments are set up; an app's own configuration files set what is not here. */
  readonly options: readonly ConfigurationOptionSetting[];
  /** The public address of an environment of Elastic Beanstalk. */
  readonly addressOf: (environment: string) => string | undefined;
}

/**
 * The API's application and environment, with its settings and properties; updated only where one of them differs. Properties that
 * refer to the API's address follow when there is an environment, which then has one.
 */
export async function provisionEnvironment(
  aws: AwsConnection,
  place: EnvironmentNames,
  { properties, facts, options, addressOf }: Found,
): Promise<void> {
  const { endpoint, region, credentials } = aws;
  const eb = new ElasticBeanstalkClient({ endpoint, region, credentials });
  try {
    const { Applications = [] } = await eb.send(
      new DescribeApplicationsCommand({ ApplicationNames: [place.application] }),
    );
    if (Applications.length === 0) {
      await eb.send(new CreateApplicationCommand({ ApplicationName: place.application }));
    }
    if ((await environmentStatus(eb, place)) === undefined) {
      await eb.send(
        new CreateEnvironmentCommand({
          ApplicationName: place.application,
          EnvironmentName: place.beanstalk,
          SolutionStackName: "64bit Amazon Linux 2023 v6.10.0 running Node.js 24",
          OptionSettings: [
            { Namespace: "aws:autoscaling:asg", OptionName: "MinSize", Value: "2" },
            { Namespace: "aws:autoscaling:asg", OptionName: "MaxSize", Value: "4" },
            ...options,
            ...settings(fillProperties(properties, facts)),
          ],
        }),
      );
      await untilIs(eb, place, "Ready");
    }
    const api = addressOf(place.beanstalk);
    const known = { ...facts, ...(api !== undefined && { "api.url": api }) };
    const wanted = [...options, ...settings(fillProperties(properties, known))];
    await updateSettings(eb, place, wanted);
    await untilIs(eb, place, "Ready");
  } finally {
    eb.destroy();
  }
}

/** Ends the API's environment, where there is one, and resolves when its processes are gone. */
export async function endEnvironment(aws: AwsConnection, place: EnvironmentNames): Promise<void> {
  const { endpoint, region, credentials } = aws;
  const eb = new ElasticBeanstalkClient({ endpoint, region, credentials });
  try {
    if ((await environmentStatus(eb, place)) === undefined) return;
    await untilIs(eb, place, "Ready");
    await eb.send(new TerminateEnvironmentCommand({ EnvironmentName: place.beanstalk }));
    await untilIs(eb, place, undefined);
  } finally {
    eb.destroy();
  }
}

const namespace = "aws:elasticbeanstalk:application:environment";

function settings(properties: Readonly<Record<string, string>>): ConfigurationOptionSetting[] {
  return Object.entries(properties).map(([OptionName, Value]) => ({
    Namespace: namespace,
    OptionName,
    Value,
  }));
}

async function updateSettings(
  eb: ElasticBeanstalkClient,
  place: EnvironmentNames,
  wanted: readonly ConfigurationOptionSetting[],
): Promise<void> {
  const { ConfigurationSettings = [] } = await eb.send(
    new DescribeConfigurationSettingsCommand({
      ApplicationName: place.application,
      EnvironmentName: place.beanstalk,
    }),
  );
  const current = new Map(
    (ConfigurationSettings[0]?.OptionSettings ?? []).map((setting) => [keyOf(setting), setting.Value]),
  );
  const changed = wanted.filter((setting) => current.get(keyOf(setting)) !== setting.Value);
  if (changed.length === 0) return;
  await untilIs(eb, place, "Ready");
  await eb.send(new UpdateEnvironmentCommand({ EnvironmentName: place.beanstalk, OptionSettings: changed }));
}

function keyOf({ Namespace, OptionName }: ConfigurationOptionSetting): string {
  return `${Namespace} ${OptionName}`;
}

async function environmentStatus(
  eb: ElasticBeanstalkClient,
  place: EnvironmentNames,
): Promise<string | undefined> {
  const { Environments = [] } = await eb.send(
    new DescribeEnvironmentsCommand({ EnvironmentNames: [place.beanstalk], IncludeDeleted: false }),
  );
  return Environments[0]?.Status;
}

/** Waits for a status; undefined when there is no such environment any more. */
async function untilIs(
  eb: ElasticBeanstalkClient,
  place: EnvironmentNames,
  status: "Ready" | undefined,
): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await environmentStatus(eb, place)) !== status) {
    if (performance.now() > deadline) {
      throw new LocalError(
        "EnvironmentNotReady",
        `the environment "${place.beanstalk}" was not ${status ?? "gone"} after 60 s`,
        "look at .local/aws/eb for its logs, or run `npm run reset`",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
