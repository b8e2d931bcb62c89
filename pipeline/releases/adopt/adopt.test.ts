import {
  CreateApplicationVersionCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  UpdateApplicationResourceLifecycleCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { Deploys } from "../deploys-fixture.ts";
import { apiZip, type Harness, startHarness } from "../harness-fixture.ts";
import type { RollbackInputs } from "../rollback/inputs.ts";
import { run } from "../rollback/run.ts";
import { listObjects } from "../store/listing.ts";
import { readLive } from "../store/live.ts";
import { readReleaseManifest } from "../store/releases.ts";

describe("what is live without the pipeline", () => {
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
      leave: [],
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
    harness.store.s3.send(
      new PutObjectCommand({
        Bucket: "site",
        Key: key,
        Body: body,
        ...(key.endsWith(".html") && { ContentType: "text/html" }),
      }),
    );

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
        "none that deletes it",
        "deployment policy Immutable",
        "taken    as the site: 3 files",
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

    describe("taken over", () => {
      let deploys: Deploys;
      const adopt = (changes: Partial<RollbackInputs> = {}) => look({ "dry-run": false, ...changes });
      const site = async (key: string): Promise<string | undefined> => {
        const answer = await harness.store.s3
          .send(new GetObjectCommand({ Bucket: "site", Key: key }))
          .catch(() => undefined);
        return answer?.Body?.transformToString();
      };
      const live = async () => (await readLive(harness.store, "production"))?.live;
      const runningLabel = async () =>
        (await eb.send(new DescribeEnvironmentsCommand({}))).Environments?.[0]?.VersionLabel;
      const rollback = (to: string) =>
        look({ operation: "rollback", to, reason: "as it was", "dry-run": false });

      before(async () => {
        deploys = new Deploys(harness, 500);
        await upload("uploads/of-a-person.txt", "nobody else's\n");
      });

      it("goes on where it was killed between two of its requests, each of them", async () => {
        for (let after = 0; after < 40; after += 1) {
          harness.aws.faults.add({ service: "s3", method: "PUT", after, status: 403, code: "AccessDenied" });
          const failure = await adopt().then(
            () => undefined,
            (error: unknown) => error,
          );
          harness.aws.faults.clear();
          harness.over.add(runs);
          if (failure === undefined) break;
          expect(await runningLabel()).to.equal(label);
        }
        const { releaseId = "", ...now } = (await live()) ?? {};
        expect(releaseId).to.match(/^\d{8}T\d{6}Z-adopted$/);
        expect(now).to.include({ commit: "", apiVersion: label, previousReleaseId: null });
      });

      it("is the first release: recorded without a commit, and nothing that visitors get was changed", async () => {
        const manifest = await readReleaseManifest(harness.store, (await live())?.releaseId ?? "");
        expect(manifest).to.include({ origin: "adopted", commit: "" });
        expect(manifest.api).to.include({ version: label });
        expect(Object.keys(manifest.site?.files ?? {})).to.deep.equal([
          "assets/index-0ld0ld00.js",
          "assets/index-1.js",
          "index.html",
          "uploads/of-a-person.txt",
        ]);
        expect(await site("release.json")).to.equal(undefined);
        expect(await runningLabel()).to.equal(label);
      });

      it("is taken over once", async () => {
        const before = await listObjects(harness.store, "");
        const { lines } = await adopt();
        expect(lines.join("\n")).to.contain("the pipeline's already");
        expect(await listObjects(harness.store, "")).to.deep.equal(before);
      });

      it("is followed by any commit, which is said; unknown files stay", async () => {
        const bundle = await harness.bundle("one");
        const { lines, outputs } = await deploys.begin(bundle, ++deploys.runs);
        expect(lines.join("\n")).to.contain("nobody knows its commit");
        await deploys.moveTiers(bundle, String(outputs.attempt), deploys.runs);
        await deploys.finish(outputs.attempt, harness.context(deploys.runs));
        expect(await harness.get(`${harness.siteUrl}/`)).to.contain("<title>one");
        expect(await site("uploads/of-a-person.txt")).to.equal("nobody else's\n");
        expect(await site("assets/index-0ld0ld00.js")).to.equal("// nobody remembers\n");
      });

      it("comes back by its bytes and its label, and the next deploy deletes none of its files", async () => {
        const adopted = (await live())?.previousReleaseId ?? "";
        const { outputs, summary } = await rollback("previous");
        expect(outputs.outcome).to.equal("live");
        expect(summary).to.contain("not known: taken over").and.not.contain("/commit/)");
        expect((await live())?.releaseId).to.equal(adopted);
        expect(await runningLabel()).to.equal(label);
        expect(await site("index.html")).to.equal("<!doctype html>");
        expect(await site("release.json")).to.equal(undefined);
        // The freeze is lifted; there is no workflow here that it could start.
        await failureOf(look({ operation: "resume", reason: "go on", "dry-run": false }));
        await deploys.deploy(await harness.bundle("two"));
        for (const key of ["uploads/of-a-person.txt", "assets/index-0ld0ld00.js", "assets/index-1.js"])
          expect(await site(key), key).not.to.equal(undefined);
        expect((await rollback(adopted)).outputs.outcome).to.equal("live");
        expect(await runningLabel()).to.equal(label);
      });
    });
  });
});
