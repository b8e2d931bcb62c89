import {
  ComposeEnvironmentsCommand,
  CreateApplicationCommand,
  CreateApplicationVersionCommand,
  DeleteApplicationCommand,
  DeleteApplicationVersionCommand,
  DescribeApplicationsCommand,
  DescribeApplicationVersionsCommand,
  DescribeEventsCommand,
  ListTagsForResourceCommand,
  UpdateApplicationCommand,
  UpdateApplicationVersionCommand,
  UpdateTagsForResourceCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

describe("applications and versions", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
  });
  after(() => fixture.close());

  const create = (label: string, more: object = {}) =>
    fixture.client.send(
      new CreateApplicationVersionCommand({
        ApplicationName: "udagram",
        VersionLabel: label,
        SourceBundle: { S3Bucket: "artifacts", S3Key: "good.zip" },
        ...more,
      }),
    );
  const statusOf = async (label: string): Promise<string | undefined> => {
    const { ApplicationVersions = [] } = await fixture.client.send(
      new DescribeApplicationVersionsCommand({ ApplicationName: "udagram", VersionLabels: [label] }),
    );
    return ApplicationVersions[0]?.Status;
  };
  const processed = async (label: string): Promise<string | undefined> => {
    await until(async () => ((await statusOf(label)) as string | undefined) !== "PROCESSING");
    return await statusOf(label);
  };

  it("an application is created, described, changed and deleted", async () => {
    const name = { ApplicationName: "other" };
    await fixture.client.send(new CreateApplicationCommand({ ...name, Description: "first" }));
    expect(await failure(fixture.client.send(new CreateApplicationCommand(name)))).equals(
      "400 InvalidParameterValue: Application other already exists.",
    );
    await fixture.client.send(new UpdateApplicationCommand({ ...name, Description: "second" }));
    const described = () =>
      fixture.client.send(new DescribeApplicationsCommand({ ApplicationNames: ["other"] }));
    const [application] = (await described()).Applications ?? [];
    expect(application).includes({
      ApplicationName: "other",
      Description: "second",
      ApplicationArn: "arn:aws:elasticbeanstalk:us-east-1:000000000000:application/other",
    });
    expect(application?.DateCreated).instanceOf(Date);
    await fixture.client.send(new DeleteApplicationCommand(name));
    expect((await described()).Applications).deep.equals([]);
  });

  it("a version needs its application, unless it may create it, and its bundle in S3", async () => {
    await fixture.put("good.zip", app("v1"));
    expect(await failure(create("v1"))).equals(
      "400 InvalidParameterValue: No Application named 'udagram' found.",
    );
    const missing = {
      SourceBundle: { S3Bucket: "artifacts", S3Key: "none.zip" },
      AutoCreateApplication: true,
    };
    expect(await failure(create("v1", missing))).equals(
      "400 InvalidParameterValue: Unable to download from S3 location (Bucket: artifacts  Key: none.zip). " +
        "Reason: The specified key does not exist.",
    );
    const { ApplicationVersion } = await create("v1", {
      AutoCreateApplication: true,
      Description: "sha256:1",
    });
    expect(ApplicationVersion).includes({
      VersionLabel: "v1",
      Description: "sha256:1",
      Status: "UNPROCESSED",
    });
    expect(ApplicationVersion?.SourceBundle).deep.equals({ S3Bucket: "artifacts", S3Key: "good.zip" });
  });

  it("a label is taken once, and obeys the model", async () => {
    expect(await failure(create("v1"))).equals(
      "400 InvalidParameterValue: Application Version v1 already exists.",
    );
    expect(await failure(create("feature/x")))
      .contains("400 ValidationError")
      .contains("pattern: [^/]+");
    expect(await failure(create("x".repeat(101)))).contains("less than or equal to 100");
    const both = await Promise.all([failure(create("race")), failure(create("race"))]);
    expect(both.sort()).deep.equals([
      "400 InvalidParameterValue: Application Version race already exists.",
      "no error",
    ]);
  });

  it("Process=true goes through PROCESSING to PROCESSED, or FAILED for a bad bundle", async () => {
    await create("processed", { Process: true });
    expect(await statusOf("processed")).equals("PROCESSING");
    expect(await processed("processed")).equals("PROCESSED");
    await fixture.put("bad.zip", { ".ebextensions/a.config": "- no\n" });
    await create("bad", { Process: true, SourceBundle: { S3Bucket: "artifacts", S3Key: "bad.zip" } });
    expect(await processed("bad")).equals("FAILED");
    const { Events = [] } = await fixture.client.send(new DescribeEventsCommand({ VersionLabel: "bad" }));
    expect(Events[0]?.Message).contains(".ebextensions/a.config: the file is no mapping");
  });

  it("versions are listed newest first, in pages", async () => {
    const labels: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const one = await fixture.client.send(
        new DescribeApplicationVersionsCommand({ ApplicationName: "udagram", MaxRecords: 2, NextToken }),
      );
      expect(one.ApplicationVersions).to.have.lengthOf.at.most(2);
      labels.push(...(one.ApplicationVersions ?? []).map(({ VersionLabel }) => VersionLabel));
      ({ NextToken } = one);
    } while (NextToken !== undefined);
    expect(labels).deep.equals(["bad", "processed", "race", "v1"]);
  });

  it("a version is described anew and deleted, and gone after that", async () => {
    const id = { ApplicationName: "udagram", VersionLabel: "race" };
    await fixture.client.send(new UpdateApplicationVersionCommand({ ...id, Description: "new" }));
    await fixture.client.send(new DeleteApplicationVersionCommand(id));
    expect(await failure(fixture.client.send(new DeleteApplicationVersionCommand(id)))).equals(
      "400 InvalidParameterValue: No Application Version named 'race' found.",
    );
  });

  it("a version in use is not deleted", async () => {
    await fixture.environment("uses-v1", "v1", { "aws:autoscaling:asg": { MinSize: "1" } });
    const id = { ApplicationName: "udagram", VersionLabel: "v1" };
    expect(await failure(fixture.client.send(new DeleteApplicationVersionCommand(id)))).contains(
      "because it is used",
    );
    expect(await failure(fixture.client.send(new DeleteApplicationCommand(id)))).equals(
      "400 OperationInProgressException: Unable to delete application udagram because it has running environments.",
    );
  });

  it("tags are kept with a resource", async () => {
    const ResourceArn = "arn:aws:elasticbeanstalk:us-east-1:000000000000:applicationversion/udagram/v1";
    const tags = async () =>
      (await fixture.client.send(new ListTagsForResourceCommand({ ResourceArn }))).ResourceTags;
    const change = (more: object) =>
      fixture.client.send(new UpdateTagsForResourceCommand({ ResourceArn, ...more }));
    await change({
      TagsToAdd: [
        { Key: "commit", Value: "1a2b" },
        { Key: "by", Value: "ci" },
      ],
    });
    await change({ TagsToRemove: ["by"] });
    expect(await tags()).deep.equals([{ Key: "commit", Value: "1a2b" }]);
    const other = { ResourceArn: `${ResourceArn}x` };
    expect(await failure(fixture.client.send(new ListTagsForResourceCommand(other)))).contains(
      "ResourceNotFoundException",
    );
  });

  it("an operation that is not known says so by name", async () => {
    const call = fixture.client.send(new ComposeEnvironmentsCommand({ ApplicationName: "udagram" }));
    expect(await failure(call)).matches(/^400 InvalidAction: .*ComposeEnvironments/);
  });
});
