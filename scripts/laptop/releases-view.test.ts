import { expect } from "chai";
import { styleOf } from "../../local/github/display/style.ts";
import type { AttemptRecord } from "../../pipeline/releases/store/ledger.ts";
import type { Candidate } from "../../pipeline/releases/views/candidates.ts";
import type { Overview } from "../../pipeline/releases/views/overview.ts";
import { releasesView } from "./releases-view.ts";
import { tableLines } from "./text-table.ts";

const now = new Date("2026-11-23T12:00:00Z");
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const first = "20261123T110000Z-1111111";
const second = "20261123T113000Z-2222222";

function candidate(releaseId: string, minutes: number, changes: Partial<Candidate>): Candidate {
  return {
    releaseId,
    commit: releaseId.slice(-7).repeat(6).slice(0, 40),
    apiVersion: releaseId.slice(-7).padEnd(12, "0"),
    subject: "Newest photo first",
    author: "Ada",
    by: "ada",
    liveAt: minutesAgo(minutes),
    seq: 1,
    previousReleaseId: null,
    replacedBy: null,
    ...changes,
  };
}

const overview: Overview = {
  environment: "local",
  live: {
    schema: 1,
    releaseId: second,
    commit: "",
    apiVersion: "",
    site: { digest: "" },
    seq: 2,
    verifiedAt: minutesAgo(5),
    by: "ada",
    previousReleaseId: first,
  },
  freeze: null,
  open: null,
  whole: "yes",
  seen: "",
  lock: null,
  attempts: [],
  problems: [],
  candidates: [
    candidate(second, 5, { subject: "Say it otherwise" }),
    candidate(first, 200, { replacedBy: { kind: "rollback", reason: "empty feed" } }),
  ],
};
const view = {
  now,
  width: 120,
  style: styleOf({ color: false, unicode: true }),
  all: false,
};

describe("npm run releases", () => {
  it("says what is live, then each release to choose from and what became of it", () => {
    expect(releasesView(overview, view)).to.deep.equal([
      `${second} is live in local, verified 5 min ago and looked at now`,
      "",
      "release                   age    API           outcome                  author  subject",
      `${second}  5 min  222222200000  live now                 Ada     Say it otherwise`,
      `${first}  3 h    111111100000  rolled back: empty feed  Ada     Newest photo first`,
      "",
      `Go back: npm run rollback -- --environment local (to ${first}; another: --to <release>)`,
    ]);
  });

  const run = { id: 7, attempt: 1, url: "http://127.0.0.1:1/runs/7" };

  it("says who stops pushes, and who is at work", () => {
    const text = releasesView(
      {
        ...overview,
        freeze: { schema: 1, by: "bob", reason: "empty feed", since: minutesAgo(3), run },
        lock: {
          schema: 1,
          token: "",
          by: "bob",
          operation: "rollback to x",
          run,
          since: minutesAgo(1),
          renewed: "",
          life: "at work",
        },
      },
      view,
    ).join("\n");
    expect(text).to.contain(
      "local is frozen, since 3 min ago by bob: empty feed. Let pushes through: npm run resume -- --environment local",
    );
    expect(text).to.contain("bob is at work there, since 1 min (rollback to x)");
  });

  it("says of an attempt that was left half done what it is and what ends it, and calls nothing live", () => {
    const lines = releasesView(
      {
        ...overview,
        open: {
          ...{ seq: 3, kind: "rollback", releaseId: first, by: "bob", since: minutesAgo(2) },
          ...{ run, life: "over", moved: ["site", "api"] },
        },
        whole: "no",
        seen: "the site is another release",
      },
      { ...view, width: 1000 },
    );
    expect(lines[0]).to.equal(
      `the rollback to ${first} was left half done in local: it is open since 2 min, and its run is over; site, api began to move; ${second} was live before; what visitors get is not whole: the site is another release`,
    );
    expect(lines[1]).to.equal('End it: npm run repair -- --environment local --reason "why"');
  });

  it("lists failed attempts on request, with why", () => {
    const failed = {
      seq: 3,
      begin: {
        at: minutesAgo(2),
        kind: "deploy",
        releaseId: "20261123T115500Z-3333333",
        by: "ada",
        reason: "",
      },
      moved: [{ tier: "api" }],
      end: { outcome: "put-back", reason: "the API exits at start" },
    } as unknown as AttemptRecord;
    const lines = releasesView({ ...overview, attempts: [failed] }, { ...view, all: true });
    expect(lines).to.include(
      "3        2 min  deploy  20261123T115500Z-3333333  put-back  api    ada  the API exits at start",
    );
  });

  it("says how to make the first release where nothing is live", () => {
    const nothing = { ...overview, live: null, candidates: [] };
    expect(releasesView(nothing, view)).to.deep.equal([
      "Nothing is live in local yet: npm start, or git push local main, makes the first release.",
    ]);
  });

  it("stays inside a narrow terminal: columns give way in their order, then the subject", () => {
    const columns = [
      { name: "release" },
      { name: "api", givesWay: 2 },
      { name: "by", givesWay: 1 },
      { name: "subject" },
    ];
    const rows = [["release-1", "abc", "日本語", "a long subject that goes on"]];
    expect(tableLines(columns, rows, 60)[1]).to.equal("release-1  abc  日本語  a long subject that goes on");
    expect(tableLines(columns, rows, 40)[1]).to.equal("release-1  abc  日本語  a long subject …");
    expect(tableLines(columns, rows, 36)[1]).to.equal("release-1  日本語  a long subject t…");
    expect(tableLines(columns, rows, 30)[1]).to.equal("release-1  a long subject tha…");
  });
});
