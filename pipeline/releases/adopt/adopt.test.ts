import {
  CreateApplicationVersionCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  UpdateApplicationResourceLifecycleCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { apiZip, type Harness, startHarness } from "../harness-fixture.ts";
import type { RollbackInputs } from "../rollback/inputs.ts";
import { run } from "../rollback/run.ts";
import { listObjects } from "../store/listing.ts";

describe("a look at what is live without the pipeline", () => {
  const label = "app-220815_093015123456";
  const bundle = { Bucket: "uploads", Key: "udagram/by-hand.zip" };
  let harness: Harness;
  let eb: ElasticBeanstalkClient;
  let runs = 0;

  before(async () => {
    harness = await startHarness();
    const { region, endpoint, credentials } = harness.aws;
    eb = new ElasticBeanstalkClient({ region, endpoint, credentials });
    harness.aws.provisionBucket({ name: bundle.Bucket });
    await ready();
  });
  after(async () => {
    eb?.destroy();
    await harness?.close();
  });

  async function look(changes: Partial<RollbackInputs> = {}) {
    const { directory: _directory, attempt: _attempt, ...place } = harness.inputs();
    const inputs: RollbackInputs = {
      ...place,
      operation: "adopt",
      to: "previous",
      reason: "",
      schema: "keep",
      "dry-run": true,
      "deploy-workflow": "deploy.yml",
      ...changes,
    };
    runs += 1;
    const context = harness.context(runs);
    await run(inputs, context);
    return context.said;
  }

  const ready = (running?: string) =>
    until(async () => {
      const { Environments: [found] = [] } = await eb.send(new DescribeEnvironmentsCommand({}));
      const isRunning = running === undefined || found?.VersionLabel === running;
      return found?.Status === "Ready" && found.Health === "Green" && isRunning;
    }, 60);

  const upload = (key: string, body: string) =>
    harness.store.s3.send(new PutObjectCommand({ Bucket: "site", Key: key, Body: body }));

  const keep = (DeleteSourceFromS3: boolean, Enabled = true) =>
    eb.send(
      new UpdateApplicationResourceLifecycleCommand({
        ApplicationName: "udagram",
        ResourceLifecycleConfig: {
          ServiceRole: "arn:aws:iam::000000000000:role/keeper",
          VersionLifecycleConfig: { MaxCountRule: { Enabled, MaxCount: 50, DeleteSourceFromS3 } },
        },
      }),
    );

  const putBundle = () =>
    harness.store.s3.send(new PutObjectCommand({ ...bundle, Body: apiZip("0123456789ab", false) }));

  it("finds nothing of theirs in an empty account, and says so", async () => {
    const failure = await failureOf(look());
    expect(failure.code).to.equal("AdoptRefused");
    expect(failure.message).to.contain("sample application").and.contain('bucket "site" is empty');
  });

  describe("once it is live by hand", () => {
    before(async () => {
      await putBundle();
      await eb.send(
        new CreateApplicationVersionCommand({
          ApplicationName: "udagram",
          VersionLabel: label,
          SourceBundle: { S3Bucket: bundle.Bucket, S3Key: bundle.Key },
        }),
      );
      await eb.send(new UpdateEnvironmentCommand({ EnvironmentName: "udagram-api", VersionLabel: label }));
      await ready(label);
      await upload("index.html", "<!doctype html>");
      await upload("assets/index-0ld0ld00.js", "// nobody remembers\n");
      await upload("assets/index-1.js", "// the one in use\n");
    });

    it("shows version, bundle, site and schema, and changes nothing", async () => {
      const { lines, summary, outputs } = await look();
      const text = lines.join("\n");
      for (const part of [
        `version "${label}"`,
        "Ready, Green",
        `s3://${bundle.Bucket}/${bundle.Key}`,
        "is there",
        "none by which Elastic Beanstalk deletes versions",
        "3 files",
        "assets/ 2 files, 38 B",
        "not checked (the database's address was not given)",
        "nothing was changed",
      ])
        expect(text).to.contain(part);
      expect(summary).to.contain("Nothing was changed");
      expect(outputs.outcome).to.equal("unchanged");
      expect(await listObjects(harness.store, "")).to.deep.equal([]);
    });

    it("refuses to do more than look", async () => {
      const failure = await failureOf(look({ "dry-run": false }));
      expect(failure.code).to.equal("InvalidInputs");
      expect(await listObjects(harness.store, "")).to.deep.equal([]);
    });

    it("refuses where a rule of the application takes the bundle, and says how to keep it", async () => {
      await keep(false);
      expect((await look()).lines.join("\n")).to.contain("keeps 50 versions; source bundles stay");
      await keep(true);
      const failure = await failureOf(look());
      expect(failure.code).to.equal("AdoptRefused");
      expect(failure.message).to.contain(label);
      expect(failure.hint).to.contain("retain the source bundle");
      await keep(true, false);
    });

    it("refuses where the bundle is gone", async () => {
      await harness.store.s3.send(new DeleteObjectCommand(bundle));
      const failure = await failureOf(look());
      expect(failure.code).to.equal("AdoptRefused");
      expect(failure.message).to.contain(`s3://${bundle.Bucket}/${bundle.Key}, is gone`);
      expect(failure.hint).to.contain("deploy the same commit once more");
      await putBundle();
    });
  });
});
