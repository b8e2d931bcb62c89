import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { breaksLeft, type Checked, judged, reportInput, reportMarkdown, tell, verdict } from "./report.ts";
import type { Break } from "./trial.ts";

const broken: Break = {
  meeting: "old code, new schema",
  request: "GET /api/feed",
  what: "now answers 500, before 200",
  by: "20260101T000000Z-drop.js",
};
const checked = (breaks: readonly Break[], accepted = ""): Checked => ({
  live: "20260101T000000Z-aaaaaaa",
  how: "the site says so",
  requests: 3,
  pending: [],
  rounds: ["old code, new schema"],
  useless: ["GET /api/odd"],
  breaks: judged(breaks, accepted === "" ? [] : [{ request: "GET /api/feed", reason: accepted }]),
});

describe("the report of a trial", () => {
  it("says what was tried, what broke and since when", async () => {
    const context = recordedContext();
    await tell(checked([broken]), context);
    expect(context.said.outputs).to.include({
      result: "breaks",
      verdict: "1 break found by 3 requests against 20260101T000000Z-aaaaaaa",
    });
    expect(context.said.errors[0]).to.contain(
      "GET /api/feed now answers 500, before 200, since 20260101T000000Z-drop.js",
    );
    expect(context.said.summary)
      .to.contain("Expand first, contract later")
      .and.contain("`GET /api/odd`: these show nothing");
    expect(reportInput(String(context.said.outputs.report))).to.deep.equal(checked([broken]));
  });

  it("shows what is meant with its reason, and does not count it", () => {
    const report = checked([broken], "nobody calls it");
    expect(breaksLeft(report)).to.deep.equal([]);
    expect(verdict(report)).to.match(/^No break found by 3 requests/);
    expect(reportMarkdown(report)).to.contain("(meant: nobody calls it)");
  });

  it("calls nothing compatible that was not looked at", () => {
    expect(verdict({ notChecked: "the artifact has expired" })).to.equal(
      "Compatibility is not checked: the artifact has expired",
    );
    expect(() => reportInput('{"a": 1}')).to.throw("must be the output `report`");
    expect(reportInput("")).to.equal(undefined);
  });
});
