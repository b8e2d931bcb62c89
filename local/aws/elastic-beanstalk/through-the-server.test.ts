import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  CreateStorageLocationCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  ElasticBeanstalkClient,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { Ports } from "../../ports.ts";
import { Processes } from "../../processes.ts";
import { type AwsServer, startAws } from "../server.ts";
import { bundleReader } from "./bundle/bundle-reader.ts";
import { app, zip } from "./bundle/bundles-fixture.ts";
import { type ElasticBeanstalk, elasticBeanstalk } from "./elastic-beanstalk.ts";
import { baseEnvironment, failure } from "./elastic-beanstalk-fixture.ts";

describe("Elastic Beanstalk behind the local AWS", () => {
  let directory: string;
  let processes: Processes;
  let aws: AwsServer;
  let eb: ElasticBeanstalk;
  let client: ElasticBeanstalkClient;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "eb-server-"));
    processes = new Processes(join(directory, "processes.json"));
    const ports = new Ports(join(directory, "ports.json"));
    const port = await ports.allocate("aws");
    const place = { region: "us-east-1", accountId: "000000000000" };
    eb = await elasticBeanstalk({
      ...place,
      directory: join(directory, "eb"),
      instances: {
        processes,
        environment: baseEnvironment,
        instanceProfile: () => ({}),
        endpoint: `http://127.0.0.1:${port}`,
      },
      ports,
      s3: {
        readObject: bundleReader((bucket, key) => aws.readObject(bucket, key)),
        createBucket: async (name) => aws.provisionBucket({ name }),
      },
    });
    aws = await startAws({ ...place, directory: join(directory, "aws"), port, services: [eb.service] });
    aws.provisionBucket({ name: "artifacts" });
    await eb.start();
    client = clientOf(aws.credentials);
  });
  after(async () => {
    client.destroy();
    await eb.stop();
    await aws.close();
    await processes.endAll(500);
    rmSync(directory, { recursive: true });
  });

  function clientOf(credentials: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }): ElasticBeanstalkClient {
    return new ElasticBeanstalkClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials,
      maxAttempts: 1,
    });
  }

  /** A client in a role that may do what the statements say. */
  function clientWith(Statement: readonly object[]): ElasticBeanstalkClient {
    const Version = "2012-10-17";
    const role = aws.iam.putRole({
      name: "limited",
      trustPolicy: { Version, Statement: [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }] },
      policies: { inline: { Version, Statement } },
    });
    return clientOf(aws.iam.startSession(role, "test", 3600, new Date()));
  }

  it("deploys a bundle from S3", async () => {
    const s3 = new S3Client({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: aws.credentials,
      forcePathStyle: true,
    });
    const location = { Bucket: "artifacts", Key: "releases/1/api.zip" };
    await s3.send(new PutObjectCommand({ ...location, Body: await zip(app("v1")) }));
    s3.destroy();
    const version = (S3Key: string) =>
      client.send(
        new CreateApplicationVersionCommand({
          ApplicationName: "udagram",
          VersionLabel: "v1",
          SourceBundle: { S3Bucket: location.Bucket, S3Key },
          AutoCreateApplication: true,
        }),
      );
    expect(await failure(version("none.zip"))).contains("Reason: The specified key does not exist.");
    await version(location.Key);
    const { $metadata } = await client.send(
      new CreateEnvironmentCommand({
        ApplicationName: "udagram",
        EnvironmentName: "main",
        VersionLabel: "v1",
      }),
    );
    const described = async () =>
      (await client.send(new DescribeEnvironmentsCommand({ EnvironmentNames: ["main"] }))).Environments?.[0];
    await until(async () => (await described())?.Status === "Ready");
    expect(await (await fetch(eb.url("main") ?? "")).json()).property("version", "v1");
    const { Events = [] } = await client.send(new DescribeEventsCommand({ RequestId: $metadata.requestId }));
    expect(Events[0]?.Message).equals("Successfully launched environment: main");
  });

  it("shows nothing of what the caller may not see, and refuses what it may not do", async () => {
    const reader = clientWith([
      { Effect: "Allow", Action: "elasticbeanstalk:Describe*", Resource: "*" },
      { Effect: "Deny", Action: "elasticbeanstalk:DescribeEnvironments", Resource: "*" },
    ]);
    expect((await reader.send(new DescribeEnvironmentsCommand({}))).Environments).deep.equals([]);
    const { ApplicationVersions } = await reader.send(new DescribeApplicationVersionsCommand({}));
    expect(ApplicationVersions).lengthOf(1);
    const update = new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel: "v1" });
    const refusal = await failure(reader.send(update));
    expect(refusal).contains("403 AccessDenied: User: arn:aws:sts::000000000000:assumed-role/limited/test");
    expect(refusal).contains(
      "is not authorized to perform: elasticbeanstalk:UpdateEnvironment on resource: ",
    );
    expect(refusal).contains("arn:aws:elasticbeanstalk:us-east-1:000000000000:environment/udagram/main");
    reader.destroy();
  });

  it("checks permissions on the environment that an id names", async () => {
    const { Environments = [] } = await client.send(new DescribeEnvironmentsCommand({}));
    const updater = clientWith([
      {
        Effect: "Allow",
        Action: "elasticbeanstalk:UpdateEnvironment",
        Resource: "arn:aws:elasticbeanstalk:*:*:environment/udagram/other",
      },
    ]);
    const id = Environments[0]?.EnvironmentId;
    expect(await failure(updater.send(new UpdateEnvironmentCommand({ EnvironmentId: id })))).contains(
      "403 AccessDenied",
    );
    updater.destroy();
  });

  it("makes the storage location a bucket of the account", async () => {
    const { S3Bucket } = await client.send(new CreateStorageLocationCommand({}));
    expect(S3Bucket).equals("elasticbeanstalk-us-east-1-000000000000");
  });

  it("lets its own faults be switched over HTTP, and checks them", async () => {
    const url = `${aws.endpoint}/_local/elasticbeanstalk/faults`;
    const post = async (body: unknown): Promise<unknown> =>
      (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json();
    await post([
      { kind: "silent-revert", environment: "web", times: 1 },
      { kind: "instance-dies", afterMs: 5 },
    ]);
    expect(eb.faults.find("silent-revert", "web")).to.deep.include({ times: 1 });
    expect(await (await fetch(url)).json()).to.deep.equal(eb.faults.list());
    await fetch(url, { method: "DELETE" });
    expect(eb.faults.list()).to.deep.equal([]);
    const wrong: [unknown, string][] = [
      [{ kind: "silent" }, 'there is no fault of kind "silent"; there are must-be-ready, stuck-updating'],
      [{ kind: "stale-describe" }, 'a fault "stale-describe" needs the field "forMs"'],
      [{ kind: "stuck-updating", forMs: 5 }, 'a fault "stuck-updating" has no field "forMs"'],
      [
        { kind: "failing-health", instances: "some" },
        'field "instances" of a fault "failing-health" cannot be "some"',
      ],
    ];
    for (const [fault, error] of wrong)
      expect(((await post(fault)) as { error: string }).error).to.contain(error);
    expect(eb.faults.list()).to.deep.equal([]);
  });
});
