import {
  CheckDNSAvailabilityCommand,
  CreateEnvironmentCommand,
  DescribeAccountAttributesCommand,
  DescribeConfigurationOptionsCommand,
  DescribeEnvironmentResourcesCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  DescribePlatformVersionCommand,
  ListAvailableSolutionStacksCommand,
  ListPlatformVersionsCommand,
  RebuildEnvironmentCommand,
  RestartAppServerCommand,
  SwapEnvironmentCNAMEsCommand,
  TerminateEnvironmentCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

const _variables = "aws:elasticbeanstalk:application:environment";
const one = { "aws:autoscaling:asg": { MinSize: "1" } };

describe("environments", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    await fixture.version("v2", app("v2"));
    await fixture.environment("main", "v1");
  });
  after(() => fixture.close());

  const get = async (name: string, path = "/") => {
    const response = await fetch(`${fixture.eb.url(name)}${path}`);
    return (await response.json()) as { version: string; pid: number; env: Record<string, string> };
  };
  const create = (more: object) =>
    fixture.client.send(
      new CreateEnvironmentCommand({ ApplicationName: "udagram", EnvironmentName: "other", ...more }),
    );

  it("a new environment is Launching, then Ready with two instances behind its address", async () => {
    const described = await fixture.describe("main");
    expect(described).includes({
      ApplicationName: "udagram",
      VersionLabel: "v1",
      Status: "Ready",
      Health: "Green",
    });
    expect(described.EnvironmentId).matches(/^e-[a-z2-9]{10}$/);
    expect(described.CNAME).matches(/^127\.0\.0\.1:\d+$/);
    expect(described.EndpointURL).equals(described.CNAME);
    expect(fixture.eb.url("main")).equals(`http://${described.CNAME}`);
    const pids = new Set<number>();
    for (let index = 0; index < 4; index += 1) pids.add((await get("main")).pid);
    expect(pids.size).equals(2);
    expect(await fixture.messages({ EnvironmentName: "main" })).to.include.members([
      "createEnvironment is starting.",
      "Successfully launched environment: main",
    ]);
  });

  it("names and versions are checked", async () => {
    expect(await failure(create({ EnvironmentName: "main" }))).contains("Environment main already exists.");
    expect(await failure(create({ EnvironmentName: "abc" }))).contains("400 ValidationError");
    expect(await failure(create({ ApplicationName: "none" }))).contains("No Application named 'none' found.");
    expect(await failure(create({ VersionLabel: "v9" }))).contains(
      "No Application Version named 'v9' found.",
    );
    expect(await failure(create({ SolutionStackName: "64bit PHP" }))).contains(
      "No Solution Stack named '64bit PHP' found.",
    );
    expect(await failure(create({ TemplateName: "t" }))).contains(
      "TemplateName is not supported by this stand-in",
    );
    const OptionSettings = [{ Namespace: "aws:autoscaling:asg", OptionName: "MinSize", Value: "0" }];
    expect(await failure(create({ OptionSettings }))).contains("400 ConfigurationValidationException");
  });

  it("without a version it runs the sample application", async () => {
    await fixture.environment("sample", undefined, one);
    expect(await fixture.describe("sample")).includes({
      VersionLabel: "Sample Application",
      Status: "Ready",
    });
    expect(await (await fetch(fixture.eb.url("sample") ?? "")).text()).contains("Congratulations");
  });

  it("what does not exist is an empty list, or an error where it has to be there", async () => {
    const none = await fixture.client.send(new DescribeEnvironmentsCommand({ EnvironmentNames: ["none"] }));
    expect(none.Environments).deep.equals([]);
    expect(
      await failure(fixture.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "none" }))),
    ).equals("400 InvalidParameterValue: No Environment found for EnvironmentName = 'none'.");
  });

  it("is busy while it is updated", async () => {
    const update = (VersionLabel: string) =>
      fixture.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel }));
    const first = await update("v2");
    expect(first).includes({ Status: "Updating", VersionLabel: "v2", AbortableOperationInProgress: true });
    expect(await failure(update("v1"))).equals(
      "400 InvalidParameterValue: Environment named main is in an invalid state for this operation. Must be Ready.",
    );
    expect(
      await failure(fixture.client.send(new TerminateEnvironmentCommand({ EnvironmentName: "main" }))),
    ).contains("Cannot terminate environment named main. It is currently pending deployment.");
    await fixture.ready("main");
    expect((await get("main")).version).equals("v2");
  });

  it("RestartAppServer starts every process anew", async () => {
    const before = fixture.eb.instances("main").map(({ pid }) => pid);
    await fixture.client.send(new RestartAppServerCommand({ EnvironmentName: "main" }));
    await fixture.ready("main");
    const after = fixture.eb.instances("main").map(({ pid }) => pid);
    expect(after.filter((pid) => before.includes(pid))).deep.equals([]);
  });

  it("RebuildEnvironment replaces every instance", async () => {
    const before = fixture.eb.instances("main").map(({ id }) => id);
    await fixture.client.send(new RebuildEnvironmentCommand({ EnvironmentName: "main" }));
    await fixture.ready("main");
    const after = fixture.eb.instances("main");
    expect(after.filter(({ id }) => before.includes(id))).deep.equals([]);
    expect(after.map(({ deployment }) => deployment.versionLabel)).deep.equals(["v2", "v2"]);
    expect((await get("main")).version).equals("v2");
  });

  it("addresses are swapped", async () => {
    const [main, sample] = [fixture.eb.url("main"), fixture.eb.url("sample")];
    await fixture.client.send(
      new SwapEnvironmentCNAMEsCommand({
        SourceEnvironmentName: "main",
        DestinationEnvironmentName: "sample",
      }),
    );
    expect([fixture.eb.url("sample"), fixture.eb.url("main")]).deep.equals([main, sample]);
    expect((await get("main")).version).equals("v2");
  });

  it("resources are its instances", async () => {
    const { EnvironmentResources } = await fixture.client.send(
      new DescribeEnvironmentResourcesCommand({ EnvironmentName: "main" }),
    );
    expect(EnvironmentResources?.Instances?.map(({ Id }) => Id)).deep.equals(
      fixture.eb.instances("main").map(({ id }) => id),
    );
  });

  it("a terminated environment ends its processes, frees its name and stays visible on demand", async () => {
    const pids = fixture.eb.instances("sample").map(({ pid }) => pid ?? 0);
    const { Status } = await fixture.client.send(
      new TerminateEnvironmentCommand({ EnvironmentName: "sample" }),
    );
    expect(Status).equals("Terminating");
    const list = async (IncludeDeleted: boolean) => {
      const names = { EnvironmentNames: ["sample"], IncludeDeleted };
      return (await fixture.client.send(new DescribeEnvironmentsCommand(names))).Environments ?? [];
    };
    await until(async () => (await list(false)).length === 0);
    expect((await list(true)).map((environment) => environment.Status)).deep.equals(["Terminated"]);
    for (const pid of pids) expect(() => process.kill(pid, 0)).throws("ESRCH");
    expect(fixture.eb.url("sample")).equals(undefined);
    expect(
      await failure(
        create({
          EnvironmentName: "sample",
          OptionSettings: [{ Namespace: "aws:autoscaling:asg", OptionName: "MinSize", Value: "1" }],
        }),
      ),
    ).equals("no error");
    await fixture.ready("sample");
  });

  it("events are newest first, in pages, filtered by every filter", async () => {
    const all = await fixture.client.send(new DescribeEventsCommand({ EnvironmentName: "main" }));
    const dates = (all.Events ?? []).map(({ EventDate }) => EventDate?.getTime() ?? 0);
    expect(dates).deep.equals([...dates].sort((left, right) => right - left));
    const paged: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await fixture.client.send(
        new DescribeEventsCommand({
          EnvironmentName: "main",
          MaxRecords: 7,
          NextToken,
          EndTime: new Date(dates[0] ?? 0),
        }),
      );
      paged.push(...(page.Events ?? []).map(({ Message }) => Message));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    const earlier = (all.Events ?? []).filter(
      ({ EventDate }) => (EventDate?.getTime() ?? 0) < (dates[0] ?? 0),
    );
    expect(paged).deep.equals(earlier.map(({ Message }) => Message));
    const from = await fixture.client.send(
      new DescribeEventsCommand({ EnvironmentName: "main", StartTime: new Date(dates[0] ?? 0) }),
    );
    expect(from.Events?.length).at.least(1);
    const errors = await fixture.client.send(new DescribeEventsCommand({ Severity: "ERROR" }));
    expect(errors.Events).deep.equals([]);
    const requestId = await fixture.update("main", { label: "v1" });
    expect(await fixture.messages({ RequestId: requestId })).deep.equals([
      "Environment update is starting.",
      "Deploying new version to instance(s).",
      "Instance deployment completed successfully.",
      "Instance deployment completed successfully.",
      "New application version was deployed to running EC2 instances.",
      "Environment update completed successfully.",
    ]);
  });

  it("the platform, its options and the quotas are described", async () => {
    const { SolutionStacks = [] } = await fixture.client.send(new ListAvailableSolutionStacksCommand({}));
    expect(SolutionStacks).deep.equals([(await fixture.describe("main")).SolutionStackName]);
    const { PlatformSummaryList = [] } = await fixture.client.send(new ListPlatformVersionsCommand({}));
    const { PlatformArn } = PlatformSummaryList[0] ?? {};
    const { PlatformDescription } = await fixture.client.send(
      new DescribePlatformVersionCommand({ PlatformArn }),
    );
    expect(PlatformDescription?.SolutionStackName).equals(SolutionStacks[0]);
    const { Options = [] } = await fixture.client.send(new DescribeConfigurationOptionsCommand({}));
    expect(Options.find(({ Name }) => Name === "DeploymentPolicy")?.DefaultValue).equals("AllAtOnce");
    const { ResourceQuotas } = await fixture.client.send(new DescribeAccountAttributesCommand({}));
    expect(ResourceQuotas?.ApplicationVersionQuota?.Maximum).equals(1000);
    const { Available } = await fixture.client.send(new CheckDNSAvailabilityCommand({ CNAMEPrefix: "main" }));
    expect(Available).equals(false);
  });
});
