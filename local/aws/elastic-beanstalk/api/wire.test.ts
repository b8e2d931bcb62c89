import * as sdk from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import { type ElasticBeanstalkFixture, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

/** As the SDK writes the service's model down: kind, namespace, name, traits, and what is inside. */
type Schema = number | (() => Schema) | readonly [number, string, string, unknown, ...unknown[]];

const list = 1;
const structure = 3;
const timestamp = 4;
/** Set in the kind of a single value where it is a list of them. */
const listOf = 64;

/** What of an answer the model does not have, by path. */
function strangers(value: unknown, given: Schema, path: string): string[] {
  const schema = typeof given === "function" ? given() : given;
  if (Array.isArray(schema) && Array.isArray(schema[0]))
    return strangers(value, schema[0] as unknown as Schema, path);
  if (schema === timestamp) return typeof value === "number" ? [] : [`${path} is no time`];
  if (typeof schema === "number" && (schema & listOf) !== 0)
    return Array.isArray(value) ? [] : [`${path} is no list`];
  if (typeof schema === "number") return typeof value === "object" ? [`${path} is no single value`] : [];
  const [kind, , , , inner, types] = schema as unknown as readonly unknown[];
  if (kind === list) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((entry, index) => strangers(entry, inner as Schema, `${path}[${index}]`));
  }
  if (kind !== structure) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} is no structure`];
  const names = inner as readonly string[];
  return Object.entries(value).flatMap(([name, member]) => {
    const index = names.indexOf(name);
    if (index < 0) return [`${path}.${name} is not in the model`];
    return strangers(member, (types as readonly Schema[])[index] as Schema, `${path}.${name}`);
  });
}

describe("the wire", () => {
  let fixture: ElasticBeanstalkFixture;
  let endpoint: string;
  before(async () => {
    fixture = await startElasticBeanstalk();
    const { port } = (await fixture.client.config.endpoint?.()) ?? {};
    endpoint = `http://127.0.0.1:${port}/`;
    await fixture.version("v1", app("v1"));
    await fixture.environment("main", "v1");
    await fixture.client.send(
      new sdk.RequestEnvironmentInfoCommand({ EnvironmentName: "main", InfoType: "tail" }),
    );
  });
  after(() => fixture.close());

  const get = async (parameters: Readonly<Record<string, string>>, Accept = "application/json") => {
    const query = new URLSearchParams({ Version: "2010-12-01", ...parameters });
    const response = await fetch(`${endpoint}?${query}`, { headers: { Accept } });
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  const environment = { EnvironmentName: "main" };
  const application = { ApplicationName: "udagram" };
  const version = { ...application, VersionLabel: "v1" };
  const arn = "arn:aws:elasticbeanstalk:us-east-1:000000000000:application/udagram";
  const questions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    CheckDNSAvailability: { CNAMEPrefix: "main" },
    DescribeAccountAttributes: {},
    DescribeApplicationVersions: {},
    DescribeApplications: {},
    DescribeConfigurationOptions: {},
    DescribeConfigurationSettings: { ...application, ...environment },
    DescribeEnvironmentHealth: { ...environment, "AttributeNames.member.1": "All" },
    DescribeEnvironmentResources: environment,
    DescribeEnvironments: {},
    DescribeEvents: {},
    DescribeInstancesHealth: { ...environment, "AttributeNames.member.1": "All" },
    DescribePlatformVersion: {},
    ListAvailableSolutionStacks: {},
    ListPlatformBranches: {},
    ListPlatformVersions: {},
    ListTagsForResource: { ResourceArn: arn },
    RetrieveEnvironmentInfo: { ...environment, InfoType: "tail" },
    UpdateApplication: { ...application, Description: "d" },
    UpdateApplicationVersion: { ...version, Description: "d" },
    ValidateConfigurationSettings: {
      ...application,
      "OptionSettings.member.1.Namespace": "aws:elasticbeanstalk:command",
      "OptionSettings.member.1.OptionName": "Timeout",
      "OptionSettings.member.1.Value": "x",
    },
    UpdateEnvironment: { ...environment, Description: "d" },
  };

  for (const [action, parameters] of Object.entries(questions)) {
    it(`${action} answers with nothing that the service's model does not have`, async () => {
      await fixture.ready("main");
      const { status, text } = await get({ Action: action, ...parameters });
      expect(status, text).equals(200);
      const operation = (sdk as unknown as Record<string, Schema>)[`${action}$`] as readonly unknown[];
      const answer = JSON.parse(text)[`${action}Response`][`${action}Result`];
      expect(strangers(answer, operation[5] as Schema, action)).deep.equals([]);
    });
  }

  it("takes Operation for Action, members for member, and dates without signs", async () => {
    const found = await get({
      Operation: "DescribeEnvironments",
      ...application,
      "EnvironmentNames.members.1": "main",
    });
    const [{ EnvironmentName, DateCreated }] = JSON.parse(found.text).DescribeEnvironmentsResponse
      .DescribeEnvironmentsResult.Environments;
    expect(EnvironmentName).equals("main");
    expect(DateCreated * 1000).closeTo(Date.now(), 60_000);
    expect(found.type).equals("application/json");
    const none = await get({ Operation: "DescribeEnvironments", "EnvironmentNames.members.1": "other" });
    expect(none.text).contains('"Environments":[]');
    const events = async (from: Date) => {
      const StartTime = from.toISOString().replace(/(-|:|\.\d\d\d)/g, "");
      const { text } = await get({ Operation: "DescribeEvents", ...environment, StartTime });
      return JSON.parse(text).DescribeEventsResponse.DescribeEventsResult.Events as unknown[];
    };
    expect(await events(new Date(Date.now() - 3_600_000))).not.deep.equals([]);
    expect(await events(new Date(Date.now() + 3_600_000))).deep.equals([]);
  });

  it("answers errors in JSON too, and in XML to all others", async () => {
    const wrong = { Operation: "UpdateEnvironment", EnvironmentName: "none" };
    const { status, text, type } = await get(wrong);
    expect([status, type]).deep.equals([400, "application/json"]);
    expect(JSON.parse(text).Error).deep.equals({
      Type: "Sender",
      Code: "InvalidParameterValue",
      Message: "No Environment found for EnvironmentName = 'none'.",
    });
    expect((await get(wrong, "*/*")).text).contains("<Code>InvalidParameterValue</Code>");
  });

  it("shows logs that were asked for with the time of their taking", async () => {
    const samples = async () => {
      const { text } = await get({ Action: "RetrieveEnvironmentInfo", ...environment, InfoType: "tail" });
      return JSON.parse(text).RetrieveEnvironmentInfoResponse.RetrieveEnvironmentInfoResult.EnvironmentInfo;
    };
    const [first] = await until(async () => ((await samples()).length > 0 ? await samples() : undefined));
    expect(first.SampleTimestamp * 1000).closeTo(Date.now(), 60_000);
  });
});
