import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { benchRules, first, html, outcome, SyncBench, second } from "../site-fixture.ts";
import { folderSource } from "../source/folder-source.ts";

describe("syncSite by the record alone", () => {
  let bench: SyncBench;
  const compare = "record";

  before(async () => {
    bench = await SyncBench.open();
  });
  after(() => bench.close());
  beforeEach(() => bench.newBucket());

  it("asks once where there is nothing to do", async () => {
    await bench.sync(first);
    const before = bench.aws.requests.counts();
    expect(await bench.sync(first, { compare })).to.deep.include({
      changed: false,
      unchanged: 5,
      requests: 1,
    });
    expect(difference(before, bench.aws.requests.counts())).to.deep.equal({ "s3:GetObject": 1 });
  });

  it("finds each kind of change, and has nothing to do after it", async () => {
    await bench.sync(first, { compare });
    const changed = { ...first, "index.html": html("due") };
    const headers = headersByRule([{ glob: "about.html", value: "max-age=1" }]);
    const { "robots.txt": _, ...fewer } = changed;
    const steps = [
      { files: changed },
      { source: folderSource(bench.folder(changed), headers) },
      { files: fewer },
      { files: fewer, config: '{"api":"http://other"}\n' },
      { files: fewer, config: null },
    ];
    for (const { files, ...options } of steps) {
      const given = { ...options, compare } as const;
      expect(await bench.sync(files, given)).to.deep.include({ changed: true });
      expect(await bench.sync(files, given)).to.deep.include({ changed: false, requests: 1 });
    }
    expect(await bench.sync(fewer, { config: null })).to.deep.include({ changed: false });
  });

  it("looks at the bucket where the record is gone, unfinished, or of other rules", async () => {
    await bench.sync(first);
    bench.aws.faults.add({
      service: "s3",
      operation: "PutObject",
      key: "new\\.html$",
      status: 403,
      code: "AccessDenied",
    });
    expect(await outcome(bench.sync(second, { compare }))).to.equal("AccessDenied");
    bench.aws.faults.clear();
    expect(await bench.sync(first, { compare })).to.deep.include({ changed: true });
    expect(await bench.served()).to.deep.include(first);
    const rules = { ...benchRules, entry: "about.html" };
    expect((await bench.sync(first, { compare, rules })).requests).to.be.above(2);
  });

  it("lets old assets go when their time is over", async () => {
    await bench.sync(first);
    await bench.sync(second);
    expect(await bench.sync(second, { compare })).to.deep.include({ requests: 1 });
    const later = new Date(Date.now() + 31 * 86_400_000);
    const clock = { now: () => later, sleep: () => Promise.resolve() };
    expect(await bench.sync(second, { compare, clock })).to.deep.include({ deleted: 1 });
    expect(await bench.served()).to.not.have.property("app-1a2b3c4d.js");
  });
});

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const entries = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
