import {
  CreateEnvironmentCommand,
  DescribeEnvironmentResourcesCommand,
  type EnvironmentTier,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  optionSettings,
  policy,
  type Settings,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

const roles: Settings = {
  "aws:elasticbeanstalk:eks": { "cluster-role": "c", "node-role": "n" },
  "aws:elasticbeanstalk:eks:environment": { "observability-role": "o" },
};

describe("tiers", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    await fixture.version("v2", app("v2"));
    await fixture.version("crashing", app("crashing", "process.exit(3);"));
  });
  after(() => fixture.close());

  const create = (
    EnvironmentName: string,
    Tier: EnvironmentTier,
    settings: Settings,
    VersionLabel?: string,
  ) =>
    fixture.client.send(
      new CreateEnvironmentCommand({
        ApplicationName: "udagram",
        EnvironmentName,
        Tier,
        VersionLabel,
        OptionSettings: optionSettings(settings),
      }),
    );
  const versions = (name: string) =>
    fixture.eb.instances(name).map(({ deployment }) => deployment.versionLabel);

  it("a worker has queues and no address, and is deployed to like a web server", async () => {
    await create("worker", { Name: "Worker", Type: "SQS/HTTP" }, policy("Immutable"), "v1");
    const described = await fixture.ready("worker");
    expect(described.Tier).deep.equals({ Name: "Worker", Type: "SQS/HTTP", Version: "2.3" });
    expect(described).not.property("CNAME");
    expect(described).not.property("EndpointURL");
    expect(fixture.eb.url("worker")).equals(undefined);
    const { EnvironmentResources } = await fixture.client.send(
      new DescribeEnvironmentResourcesCommand({ EnvironmentName: "worker" }),
    );
    expect(EnvironmentResources?.LoadBalancers).deep.equals([]);
    expect(EnvironmentResources?.Queues?.map(({ Name }) => Name)).deep.equals([
      "WorkerQueue",
      "WorkerDeadLetterQueue",
    ]);
    await fixture.update("worker", { label: "v2" });
    expect(versions("worker")).deep.equals(["v2", "v2"]);
    await fixture.update("worker", { label: "crashing" });
    expect(await fixture.describe("worker")).includes({ VersionLabel: "v2" });
    expect(versions("worker")).deep.equals(["v2", "v2"]);
  });

  it("a Cluster environment refuses the classic namespaces, and versions by name", async () => {
    const tier = { Name: "Cluster", Type: "EKS" };
    expect(await failure(create("cluster", tier, policy("Immutable")))).equals(
      "400 ConfigurationValidationException: Configuration validation exception: Invalid option specification " +
        "(Namespace: 'aws:elasticbeanstalk:command', OptionName: 'DeploymentPolicy'): Unknown configuration setting.",
    );
    expect(await failure(create("cluster", tier, {}))).contains("'cluster-role'");
    await create("cluster", tier, roles);
    expect((await fixture.ready("cluster")).Tier).includes(tier);
    expect(fixture.eb.instances("cluster")).deep.equals([]);
    const update = (change: { VersionLabel?: string; settings?: Settings }) =>
      fixture.client.send(
        new UpdateEnvironmentCommand({
          EnvironmentName: "cluster",
          VersionLabel: change.VersionLabel,
          OptionSettings: optionSettings(change.settings ?? {}),
        }),
      );
    expect(await failure(update({ settings: policy("Rolling") }))).contains("Unknown configuration setting.");
    expect(await failure(update({ VersionLabel: "v1" }))).contains("VersionLabel of a Cluster environment");
    const property = { "aws:elasticbeanstalk:application:environment": { MODE: "x" } };
    expect(await failure(update({ settings: property }))).equals("no error");
    await fixture.ready("cluster");
  });

  it("the namespaces of Cluster environments are those of no other, and names and types have to match", async () => {
    expect(await failure(create("web-one", { Name: "WebServer" }, roles, "v1"))).contains(
      "(Namespace: 'aws:elasticbeanstalk:eks', OptionName: 'cluster-role'): Unknown configuration setting.",
    );
    expect(await failure(create("web-one", { Name: "Worker", Type: "Standard" }, {}, "v1"))).contains(
      "Tier with name 'Worker' and type 'Standard' is not supported.",
    );
  });
});
