import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { first, html, outcome, permissiveRules, SiteFixture, second } from "../site-fixture.ts";
import { folderSource } from "../source/folder-source.ts";

describe("syncSite by the record alone", () => {
  let fixture: SiteFixture;
  const compare = "record";

  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  it("asks once where there is nothing to do", async () => {
    await fixture.sync(first);
    const before = fixture.aws.requests.counts();
    expect(await fixture.sync(first, { compare })).to.deep.include({
      changed: false,
      unchanged: 5,
      requests: 1,
    });
    expect(difference(before, fixture.aws.requests.counts())).to.deep.equal({ "s3:GetObject": 1 });
  });

  it("finds each kind of change, and has nothing to do after it", async () => {
    await fixture.sync(first, { compare });
    const changed = { ...first, "index.html": html("due") };
    const headers = headersByRule([{ glob: "about.html", value: "max-age=1" }]);
    const { "robots.txt": _, ...fewer } = changed;
    const steps = [
      { files: changed },
      { files: folderSource(fixture.folder(changed), headers) },
      { files: fewer },
      { files: fewer, content: { config: '{"api":"http://other"}\n' } },
      { files: fewer, content: { config: null } },
    ];
    for (const { files, ...options } of steps) {
      const given = { ...options, compare } as const;
      expect(await fixture.sync(files, given)).to.deep.include({ changed: true });
      expect(await fixture.sync(files, given)).to.deep.include({ changed: false, requests: 1 });
    }
    expect(await fixture.sync(fewer, { content: { config: null } })).to.deep.include({ changed: false });
  });

  it("looks at the bucket where the record is gone, unfinished, or of other rules", async () => {
    await fixture.sync(first);
    fixture.aws.faults.add({
      service: "s3",
      operation: "PutObject",
      key: "new\\.html$",
      status: 403,
      code: "AccessDenied",
    });
    expect(await outcome(fixture.sync(second, { compare }))).to.equal("AccessDenied");
    fixture.aws.faults.clear();
    expect(await fixture.sync(first, { compare })).to.deep.include({ changed: true });
    expect(await fixture.served()).to.deep.include(first);
    const rules = { ...permissiveRules, entry: "about.html" };
    expect((await fixture.sync(first, { compare, rules })).requests).to.be.above(2);
  });

  it("lets old assets go when their time is over", async () => {
    await fixture.sync(first);
    await fixture.sync(second);
    expect(await fixture.sync(second, { compare })).to.deep.include({ requests: 1 });
    const later = new Date(Date.now() + 31 * 86_400_000);
    const clock = { now: () => later, sleep: () => Promise.resolve() };
    expect(await fixture.sync(second, { compare, clock })).to.deep.include({ deleted: 1 });
    expect(await fixture.served()).to.not.have.property("app-1a2b3c4d.js");
  });
});

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const entries = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
