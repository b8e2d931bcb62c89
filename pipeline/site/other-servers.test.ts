import type { CopyObjectCommandOutput } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { AwsOptions } from "../../local/aws/server.ts";
import { until } from "../../test/until.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import { sha256 } from "../kit/sha256.ts";
import { first, outcome, SiteFixture, second } from "./site-fixture.ts";
import { folderSource } from "./source/folder-source.ts";

const base64Sha256 = (text: string): string => Buffer.from(sha256(text), "hex").toString("base64");
const config = { "config.json": '{"api":"http://api"}\n' };
const alone = { owner: { by: "run 1", leaseAttempt: 1 } };
const { "about.html": _, ...stays } = first;

describe("syncSite on a server", () => {
  let fixture: SiteFixture;

  async function start(s3: NonNullable<AwsOptions["s3"]>): Promise<void> {
    fixture = await SiteFixture.open({ s3 });
    fixture.newBucket();
  }
  afterEach(() => fixture.close());

  const warnings = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.startsWith("warning"));

  /** What is there of files whose names tell their content. */
  const assets = async (): Promise<string[]> =>
    Object.keys(await fixture.served()).filter((key) => /-[0-9a-f]{8}\.\w+$/.test(key));

  for (const preconditions of ["ignored", "refused"] as const) {
    it(`where conditions are ${preconditions} says what it cannot promise, once, and goes on`, async () => {
      await start({ preconditions });
      const { lines } = await fixture.sync(first, alone);
      expect(warnings(lines)).to.have.length(1);
      expect(warnings(lines)[0]).to.contain("two syncs at once may not notice each other");
      const again = await fixture.sync(second, alone);
      expect(warnings(again.lines)).to.have.length(1);
      expect(warnings(again.lines)[0]).to.contain(
        "a file that somebody replaces during a sync may be deleted",
      );
      expect(await fixture.served()).to.deep.equal({ ...stays, ...second, ...config });
      expect(warnings((await fixture.sync(first, alone)).lines)).to.deep.equal([]);
      expect(await fixture.sync(first, alone)).to.deep.include({ changed: false, requests: 2 });
    });
  }

  it("that hashes nothing when it copies an object onto itself, is believed about other copies alone", async () => {
    await start({});
    await fixture.sync(first, alone);
    const s3 = fixture.client();
    s3.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const { CopyObjectResult } = answer.output as CopyObjectCommandOutput;
        if (CopyObjectResult) CopyObjectResult.ChecksumSHA256 = base64Sha256("");
        return answer;
      },
      { step: "initialize" },
    );
    const source = await folderSource(
      fixture.folder(first),
      headersByRule([{ glob: "about.html", value: "no-store" }]),
    );
    expect(await fixture.sync(source, { ...alone, target: { s3 } })).to.deep.include({ copied: 1 });
    s3.destroy();
  });

  it("where conditions count asks once, and not again", async () => {
    await start({});
    const { s3, requests } = fixture.watched();
    const taken = (name: string) => requests.splice(0).filter((request) => request.includes(name)).length;
    expect(warnings((await fixture.sync(first, { ...alone, target: { s3 } })).lines)).to.deep.equal([]);
    expect(taken("site.json"), "mark, two questions, commit").to.equal(4);
    expect(warnings((await fixture.sync(second, { ...alone, target: { s3 } })).lines)).to.deep.equal([]);
    expect(taken("DeleteObjects"), "a question, the deletes").to.equal(2);
    await fixture.sync(first, { ...alone, target: { s3 } });
    expect(taken("DeleteObjects")).to.equal(1);
    s3.destroy();
  });

  it("that is slow to say whether conditions count, gets the first files meanwhile, and no page", async () => {
    await start({});
    const held = (): number => fixture.aws.faults.list().find(({ id }) => id === questions.id)?.held ?? 0;
    const questions = fixture.aws.faults.add({
      operation: "PutObject",
      key: "site\\.json$",
      after: 1,
      hold: "before",
    });
    const syncing = fixture.sync(first, alone);
    await until(async () => held() === 2 && (await assets()).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(Object.keys(await fixture.served())).to.deep.equal(await assets());
    fixture.aws.faults.remove(questions.id);
    await syncing;
    expect(await fixture.served()).to.deep.equal({ ...first, ...config });
  });

  it("that refuses the question whether conditions count, gets no page", async () => {
    await start({});
    fixture.aws.faults.add({
      operation: "PutObject",
      key: "site\\.json$",
      after: 1,
      times: 2,
      status: 403,
      code: "AccessDenied",
    });
    expect(await outcome(fixture.sync(first, alone))).to.equal("AccessDenied");
    expect(Object.keys(await fixture.served())).to.deep.equal(await assets());
    fixture.aws.faults.clear();
    await fixture.sync(first, alone);
    expect(await fixture.served()).to.deep.equal({ ...first, ...config });
  });

  it("whose ETags say nothing, as under SSE-KMS, knows all the same what changed", async () => {
    await start({ etags: "opaque" });
    await fixture.sync(first, alone);
    expect(await fixture.sync(first, alone)).to.deep.include({ changed: false, requests: 2 });
    const source = folderSource(
      fixture.folder({ ...first, "robots.txt": "robots 9" }),
      headersByRule([{ glob: "about.html", value: "no-store" }]),
    );
    expect(await fixture.sync(source, { ...alone })).to.deep.include({ uploaded: 1, copied: 1 });
    expect(await fixture.sync(second, alone)).to.deep.include({ deleted: 1 });
    expect(await fixture.sync(second, alone)).to.deep.include({ changed: false, requests: 2 });
  });
});
