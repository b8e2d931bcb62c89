import {
  CreateApplicationVersionCommand,
  DescribeApplicationsCommand,
  DescribeApplicationVersionsCommand,
  TerminateEnvironmentCommand,
  UpdateApplicationResourceLifecycleCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

const ServiceRole = "arn:aws:iam::000000000000:role/aws-elasticbeanstalk-service-role";

describe("the lifecycle of versions", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("used", app("used"));
    await fixture.version("gone", app("gone"));
    await fixture.environment("main", "used", { "aws:autoscaling:asg": { MinSize: "1" } });
  });
  after(() => fixture.close());

  const create = (label: string) =>
    fixture.client.send(
      new CreateApplicationVersionCommand({
        ApplicationName: "udagram",
        VersionLabel: label,
        SourceBundle: { S3Bucket: "artifacts", S3Key: "used.zip" },
      }),
    );
  const labels = async () => {
    const { ApplicationVersions = [] } = await fixture.client.send(
      new DescribeApplicationVersionsCommand({}),
    );
    return ApplicationVersions.map(({ VersionLabel }) => VersionLabel).sort();
  };
  const keep = (MaxCount: number, role: string | undefined) =>
    fixture.client.send(
      new UpdateApplicationResourceLifecycleCommand({
        ApplicationName: "udagram",
        ResourceLifecycleConfig: {
          ServiceRole: role,
          VersionLifecycleConfig: { MaxCountRule: { Enabled: true, MaxCount, DeleteSourceFromS3: false } },
        },
      }),
    );

  it("needs a role, and is described with the application", async () => {
    expect(await failure(keep(2, undefined))).contains("400 MissingParameter");
    const { ResourceLifecycleConfig } = await keep(2, ServiceRole);
    const rule = { Enabled: true, MaxCount: 2, DeleteSourceFromS3: false };
    expect(ResourceLifecycleConfig?.VersionLifecycleConfig?.MaxCountRule).deep.equals(rule);
    await keep(2, undefined);
    const { Applications = [] } = await fixture.client.send(new DescribeApplicationsCommand({}));
    expect(Applications[0]?.ResourceLifecycleConfig).deep.includes({ ServiceRole });
  });

  it("deletes the oldest when a version is created, which does not count, and never what is in use", async () => {
    await create("v1");
    expect(await labels()).deep.equals(["gone", "used", "v1"]);
    await create("v2");
    // Of three others the oldest would go, and it is the one in use.
    expect(await labels()).deep.equals(["gone", "used", "v1", "v2"]);
    await create("v3");
    expect(await labels()).deep.equals(["used", "v1", "v2", "v3"]);
  });

  it("keeps what ran in an environment that was terminated a short while ago", async () => {
    await fixture.client.send(new TerminateEnvironmentCommand({ EnvironmentName: "main" }));
    await until(() => fixture.eb.url("main") === undefined);
    await keep(1, undefined);
    await create("v4");
    expect(await labels()).deep.equals(["used", "v3", "v4"]);
  });
});
