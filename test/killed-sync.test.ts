import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../local/aws/aws-fixture.ts";
import { type StepProcess, startAction } from "./action-process.ts";
import { until } from "./until.ts";

describe("a sync whose runner is killed", () => {
  let aws: TestAws;
  let folder: string;
  let aheadMs = 0;

  before(async () => {
    aws = await startTestAws({ clock: { now: () => new Date(Date.now() + aheadMs) } });
    aws.server.provisionBucket({ name: "site" });
    folder = mkdtempSync(join(tmpdir(), "killed-sync-"));
  });
  after(async () => {
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function sync(runId: number, page: string): StepProcess {
    const source = join(folder, String(runId));
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, "index.html"), page);
    const inputs = { source, bucket: "site", "aws-region": "us-east-1" };
    return startAction({ action: "s3-sync", inputs, aws: aws.server, runId });
  }

  async function page(): Promise<string | undefined> {
    const { Body } = await aws.s3().send(new GetObjectCommand({ Bucket: "site", Key: "index.html" }));
    return Body?.transformToString();
  }

  it("keeps other runs out until its lease ends, and is then completed by the next one", async () => {
    expect((await sync(1, "one").finished).code).to.equal(0);
    aws.server.faults.add({ service: "s3", method: "PUT", key: "index\\.html$", hold: "before" });
    const killed = sync(2, "two");
    await until(() => aws.server.faults.list()[0]?.held === 1);
    killed.child.kill("SIGKILL");
    await killed.finished;
    aws.server.faults.clear();

    const early = await sync(3, "three").finished;
    expect(early.code).to.equal(1);
    expect(early.log).to.match(
      /SiteBusy.*another sync of this site is under way: \S+\/actions\/runs\/2, since/,
    );
    expect(await page()).to.equal("one");

    aheadMs = 91_000;
    const late = await sync(3, "three").finished;
    expect(late.code, late.log).to.equal(0);
    expect(await page()).to.equal("three");
  });
});
