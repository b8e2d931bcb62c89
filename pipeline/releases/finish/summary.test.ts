import { expect } from "chai";
import type { AttemptRecord } from "../store/ledger.ts";
import { at, attempt, id, run, start } from "../views/attempts-fixture.ts";
import type { ReportContext } from "../views/report-context.ts";
import { endMarkdown } from "./summary.ts";

describe("release: the summary", () => {
  const report: ReportContext = {
    environment: "production",
    run,
    now: new Date(start + 60_000),
    isLaptop: false,
    overview: undefined,
  };
  const links = {
    siteUrl: "https://site.example/",
    apiUrl: "https://api.example/",
    region: "us-east-1",
  };
  const summary = (record: AttemptRecord, verdict: string): string =>
    endMarkdown(
      {
        attempt: record,
        outcome: record.end?.outcome ?? "unchanged",
        reason: record.end?.reason ?? "",
        verdict,
        liveReleaseId: record.end?.liveReleaseId ?? null,
        previousReleaseId: id("a"),
        restored: record.end?.restored ?? [],
      },
      report,
      links,
      { before: undefined, after: undefined },
    );
  const putBack = attempt({
    seq: 2,
    release: "b",
    outcome: "put-back",
    moved: [
      ["schema", 1],
      ["api", 3],
    ],
    restored: [
      { tier: "api", outcome: "restored", note: "the API is a", from: at(9), until: at(12) },
      { tier: "schema", outcome: "left", note: "left as it is", from: at(12), until: at(12.5) },
    ],
    since: 8,
    over: 14,
  });

  it("begins with what is live and why, then what to do", () => {
    const [first, , second] = summary(putBack, "a is live again; b was put back: `it` broke").split("\n");
    expect(first).to.equal("### a is live again; b was put back: &#96;it&#96; broke");
    expect(second).to.match(/^\*\*What to do:\*\* see the failed step/);
  });

  it("tells of a rollback that failed, and of a deploy that a rollback stopped, what to do then", () => {
    const freeze = {
      schema: 1,
      by: "bob",
      reason: "bad",
      since: at(0),
      run: { id: 1, attempt: 1, url: run.url },
    } as const;
    const told = (record: AttemptRecord, frozen?: typeof freeze): string | undefined =>
      endMarkdown(
        {
          attempt: record,
          outcome: "put-back",
          reason: "",
          verdict: "",
          liveReleaseId: null,
          previousReleaseId: null,
          restored: [],
        },
        {
          ...report,
          overview: frozen
            ? ({ freeze: frozen, candidates: [] } as unknown as ReportContext["overview"])
            : undefined,
        },
        links,
        { before: undefined, after: undefined },
      )
        .split("\n")
        .find((line) => line.startsWith("**What to do:**"));
    expect(told(attempt({ seq: 2, release: "b", kind: "rollback" }))).to.contain(
      "another release, or resume",
    );
    expect(told(putBack, freeze)).to.contain("nothing as long as the environment is frozen");
  });

  it("says of each tier what happened and how long it took", () => {
    const rows = summary(putBack, "")
      .split("\n")
      .filter((line) => /^\| (schema|api|site) /.test(line));
    expect(rows.map((row) => row.split(" | ")[2])).to.deep.equal([
      "moved, 2.0 s; left, 0.5 s: left as it is",
      "moved, 5.0 s; put back, 3.0 s: the API is a",
      "not touched",
    ]);
  });

  it("links commit, comparison, run, site, API, deployments and the console", () => {
    const links = [...summary(putBack, "").matchAll(/\]\(([^)]+)\)/g)].map(([, url]) => url);
    expect(links).to.include.members([
      "https://site.example/",
      "https://api.example/",
      `https://github.com/o/r/commit/${"b".repeat(40)}`,
      "https://github.com/o/r/compare/aaaaaaa...bbbbbbb",
      run.url,
      "https://github.com/o/r/deployments/production",
      "https://console.aws.amazon.com/elasticbeanstalk/home?region=us-east-1#/environments",
    ]);
  });

  it("gives the exact command of the way back, and on a laptop that of the laptop", () => {
    expect(summary(putBack, "")).to.contain(`-f operation=rollback -f to=${id("a")}`);
    const local = endMarkdown(
      {
        attempt: putBack,
        outcome: "put-back",
        reason: "",
        verdict: "",
        liveReleaseId: id("a"),
        previousReleaseId: id("b"),
        restored: [],
      },
      { ...report, isLaptop: true },
      links,
      { before: undefined, after: undefined },
    );
    expect(local)
      .to.contain(`npm run rollback -- --environment production --to ${id("b")} --reason "why"`)
      .and.to.not.contain("console.aws");
  });
});
