import { CreateApplicationVersionCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  startElasticBeanstalk,
  zip,
} from "../../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { systemClock } from "../../kit/clock.ts";
import { ApplicationVersions } from "./application-versions.ts";
import { ensureVersion } from "./ensure-version.ts";
import { keepVersions, planKeeping } from "./keep-versions.ts";

const listed = (label: string, day: number, key = `app/${label}.zip`, bucket = "b") => ({
  ...{ label, bucket, key },
  createdAt: new Date(Date.UTC(2026, 10, day)),
});

describe("planKeeping", () => {
  const beside = { bucket: "b", key: "app/v5.zip" };
  const versions = [1, 5, 3, 2, 4].map((day) => listed(`v${day}`, day));
  const plan = (count: number, needed: string[] = [], also: typeof versions = []) =>
    planKeeping([...versions, ...also], { count, needed: new Set(needed), beside });

  it("lets the oldest go first, and the newest stay", () => {
    expect(plan(2)).to.deep.equal(["v1", "v2", "v3"]);
    expect(plan(9)).to.deep.equal([]);
  });
  it("leaves what is needed, and what others made", () => {
    const others = [
      listed("x", 1, "app/deep/x.zip"),
      listed("y", 1, "y.zip"),
      listed("z", 1, "app/z.zip", "c"),
    ];
    expect(plan(2, ["v1"], others)).to.deep.equal(["v2", "v3"]);
  });
});

describe("keepVersions", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk({}, undefined, { versionQuota: 4 });
  });
  after(() => fixture.close());

  it("makes room at the account's quota, once, and says what to do where that does not help", async () => {
    for (const label of ["v1", "v2", "v3", "v4", "v5", "v6"]) {
      fixture.bundles.set(`artifacts/app/${label}.zip`, await zip(app(label)));
    }
    for (const label of ["v1", "v2", "v3", "v4"]) {
      const SourceBundle = { S3Bucket: "artifacts", S3Key: `app/${label}.zip` };
      const given = {
        ApplicationName: "udagram",
        VersionLabel: label,
        SourceBundle,
        AutoCreateApplication: true,
      };
      await fixture.client.send(new CreateApplicationVersionCommand(given));
    }
    await fixture.environment("main", "v1");
    const lines: string[] = [];
    const versions = new ApplicationVersions(fixture.client, "udagram", systemClock);
    const make = (label: string, count: number) => {
      const source = { bucket: "artifacts", key: `app/${label}.zip` };
      const makeRoom = () =>
        keepVersions({
          ...{ eb: fixture.client, application: "udagram", clock: systemClock, count, beside: source },
          ...{ also: [label], note: (line: string) => lines.push(line) },
        });
      return ensureVersion(
        versions,
        { label, source, labelIsContent: true, answersAt: undefined },
        undefined,
        { note: "", ...(count === 0 ? {} : { makeRoom }) },
        { clock: systemClock, signal: new AbortController().signal, note: (line) => lines.push(line) },
      );
    };
    await make("v5", 2);
    expect(lines).to.deep.equal(["deleted 1 old application versions; the newest 2 stay"]);
    expect((await versions.list()).map(({ label }) => label).sort()).to.deep.equal(["v1", "v3", "v4", "v5"]);
    const error = await make("v6", 0).catch((thrown) => thrown);
    expect(error).to.include({ code: "VersionUnusable" });
    expect(error.hint).to.match(/keep-versions/);
  });
});
