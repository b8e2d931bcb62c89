import { CreateApplicationVersionCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  startElasticBeanstalk,
  zip,
} from "../../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { systemClock } from "../../kit/clock.ts";
import { planPrune, pruneVersions } from "./prune-versions.ts";

const bundleOf = (release: string): string => `releases/${release}/api.zip`;

describe("pruneVersions", () => {
  let fixture: ElasticBeanstalkFixture;

  before(async () => {
    fixture = await startElasticBeanstalk();
    for (const label of ["running", "kept", "dropped"]) await version(label, bundleOf(`release-of-${label}`));
    await version("by-hand", "uploads/by-hand.zip");
    await fixture.environment("production", "running");
  });
  after(() => fixture.close());

  async function version(label: string, key: string): Promise<void> {
    fixture.bundles.set(`artifacts/${key}`, await zip(app(label)));
    const SourceBundle = { S3Bucket: "artifacts", S3Key: key };
    const command = { ApplicationName: "udagram", VersionLabel: label, SourceBundle };
    await fixture.client.send(
      new CreateApplicationVersionCommand({ ...command, AutoCreateApplication: true }),
    );
  }

  it("deletes what no stored release needs; not what runs, nor what somebody else made; then nothing", async () => {
    const failures: string[] = [];
    const options = {
      eb: fixture.client,
      application: "udagram",
      bucket: "artifacts",
      kept: new Set(["kept"]),
      clock: systemClock,
      onFailure: (line: string) => failures.push(line),
    };
    expect(await pruneVersions(options)).to.deep.equal(["dropped"]);
    expect(await pruneVersions(options)).to.deep.equal([]);
    expect(failures).to.deep.equal([]);
    expect(fixture.bundles.has(`artifacts/${bundleOf("release-of-dropped")}`)).to.equal(true);
  });

  it("knows a release's bundle by bucket and key", () => {
    const labels = planPrune(
      [
        { label: "b", bucket: "artifacts", key: bundleOf("two") },
        { label: "a", bucket: "artifacts", key: bundleOf("one") },
        { label: "elsewhere", bucket: "other", key: bundleOf("one") },
        { label: "beside", bucket: "artifacts", key: "releases/one/api.zip.bak" },
        { label: "sample", bucket: "", key: "" },
      ],
      { bucket: "artifacts", kept: new Set(), running: new Set() },
    );
    expect(labels).to.deep.equal(["a", "b"]);
  });
});
