import { expect } from "chai";
import { file, immutable, now, observed, page, recorded, rules, wanted } from "./plan/plan-fixture.ts";
import { planLines, planText } from "./plan/plan-lines.ts";
import { planSite } from "./plan/plan-site.ts";
import { resultSentence, summaryOf } from "./report.ts";

const record = recorded({
  "index.html": page,
  "gone.html": page,
  "old.js": file("asset", { cacheControl: immutable }),
});
const plan = planSite(
  wanted({ "index.html": page, "odd|`name`.txt": file("text"), moved: file("", { redirect: "/a|b" }) }),
  observed(record),
  rules,
  now,
);
const result = {
  plan,
  changed: true,
  counts: { uploaded: 2, copied: 0, deleted: 1, unchanged: 1, bytes: 4, requests: 9 },
  release: null,
  previousRelease: null,
};

describe("the report of a sync", () => {
  it("has a line per change, with its reason, and what is kept", () => {
    expect(planLines(plan)).to.deep.equal([
      "write   moved  to /a|b  (new)",
      "write   odd|`name`.txt  4 B  (new)",
      "delete  gone.html  (no longer part of the site)",
      "2 to write, 1 to delete, 1 unchanged, 1 old asset kept for open pages",
    ]);
  });

  it("is JSON in pieces for the plan file, and shortened in the log, of a site of any size", () => {
    const [put] = plan.puts;
    if (put === undefined) throw new Error("no put");
    const large = { ...plan, puts: Array.from({ length: 2000 }, () => put) };
    const pieces = [...planText(large)];
    expect(pieces.length).to.be.above(1);
    const { puts, deletes, kept, stale } = large;
    expect(JSON.parse(pieces.join(""))).to.deep.equal(
      JSON.parse(JSON.stringify({ puts, deletes, kept, stale })),
    );
    expect(planLines(large).slice(200)).to.deep.equal(["… and 1801 more", planLines(large).at(-1)]);
  });

  it("says what was done", () => {
    expect(
      resultSentence({ ...result, invalidation: { id: "I1", paths: ["/", "/index.html"] } }, 1.26),
    ).to.equal(
      "2 uploaded (4 B), 0 copied, 1 deleted, 1 unchanged, 2 paths invalidated; 9 requests in 1.3 s",
    );
  });

  it("keeps odd names inside the cells of the summary's table", () => {
    const summary = summaryOf(result, { target: "s3://site/", dryRun: false, seconds: 1 });
    const rows = summary.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).to.have.length(5);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g), row).to.have.length(5);
    expect(summary).to.contain("1 to delete").and.to.contain("9 requests in 1.0 s");
  });

  it("says what would be done, in a dry run", () => {
    expect(summaryOf(result, { target: "s3://site/", dryRun: true, seconds: 1 }))
      .to.match(/^### Site: plan only, 2 to write/)
      .and.not.contain("requests");
  });
});
