import { expect } from "chai";
import { recordedContext } from "../lib/context-fixture.ts";
import { type Candidate, candidateLines, candidatesOf, candidateTable } from "../lib/release/candidates.ts";
import type { AttemptKind, EndEntry, Outcome, RestoredTier } from "../lib/release/entries.ts";
import type { Tier } from "../lib/release/keys.ts";
import type { AttemptRecord } from "../lib/release/ledger.ts";
import { cell, link } from "../lib/release/markdown.ts";
import { conclusionMarkdown } from "./report.ts";
import type { Scene } from "./scene.ts";
import { timelineMarkdown, timelineOf } from "./timeline.ts";

const start = Date.parse("2026-11-23T12:00:00Z");
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const run = { ...recordedContext().run, url: "https://github.com/o/r/actions/runs/7" };
const id = (letter: string): string => `20261123T1200${letter.charCodeAt(0)}Z-${letter.repeat(7)}`;

interface Told {
  readonly seq: number;
  readonly release: string;
  readonly outcome?: Outcome;
  readonly kind?: AttemptKind;
  readonly reason?: string;
  readonly subject?: string;
  readonly moved?: readonly (readonly [Tier, number])[];
  readonly restored?: readonly RestoredTier[];
  /** Seconds after the beginning when it was decided and when it was over. */
  readonly since?: number;
  readonly over?: number;
}

function attempt(told: Told): AttemptRecord {
  const {
    seq,
    release,
    outcome = "live",
    kind = "deploy",
    reason = "",
    subject = `Subject ${release}`,
  } = told;
  const end: EndEntry = {
    schema: 1,
    at: at(told.over ?? 10),
    previous: "",
    outcome,
    reason: outcome === "live" ? "verified" : "the API exits at start",
    liveReleaseId: outcome === "live" ? id(release) : id("a"),
    previousReleaseId: null,
    since: at(told.since ?? 9),
    ...(told.restored ? { restored: told.restored } : {}),
  };
  return {
    environment: "production",
    seq,
    begin: {
      schema: 1,
      at: at(0),
      previous: null,
      seq,
      kind,
      releaseId: id(release),
      commit: release.repeat(40),
      apiVersion: release.repeat(12),
      subject,
      author: "Ada",
      live: { releaseId: id("a"), seq: 1 },
      goesBackTo: null,
      by: "ada",
      run: { id: 7, attempt: 1, url: run.url },
      lock: "token",
      reason,
    },
    moved: (told.moved ?? []).map(([tier, seconds]) => ({
      schema: 1,
      at: at(seconds),
      previous: "",
      tier,
      from: null,
    })),
    end,
    tail: "",
  };
}

describe("release: candidates", () => {
  const attempts = [
    attempt({ seq: 5, release: "a", kind: "rollback", reason: "the feed is empty" }),
    attempt({ seq: 4, release: "c" }),
    attempt({ seq: 3, release: "x", outcome: "put-back" }),
    attempt({ seq: 2, release: "b" }),
    attempt({ seq: 1, release: "a" }),
  ];
  const now = new Date(start + 3 * 3600_000);

  it("are the releases that were verified live, each once, with what became of them", () => {
    const lines = candidateLines(candidatesOf(attempts), id("a"), now);
    expect(lines).to.deep.equal([
      "release                   age  API           outcome                         author  subject",
      `${id("a")}  2 h  aaaaaaaaaaaa  live now                        Ada     Subject a`,
      `${id("c")}  2 h  cccccccccccc  rolled back: the feed is empty  Ada     Subject c`,
      `${id("b")}  2 h  bbbbbbbbbbbb  was live                        Ada     Subject b`,
    ]);
  });

  it("keep the words of a commit that a repair does not know", () => {
    const repaired = attempt({ seq: 6, release: "a", kind: "repair", subject: "" });
    expect(candidatesOf([repaired, ...attempts])[0]).to.include({ seq: 6, subject: "Subject a" });
  });

  it("say how many more there are than shown", () => {
    expect(candidateLines(candidatesOf(attempts), id("a"), now, 1).at(-1)).to.equal("and 2 more");
  });

  it("from hostile commits stay in their row, without markup, mention, link or reference", () => {
    const subject =
      "| <img src=x> @everyone [x](javascript:1) #12 https://evil.example `$x$` \u202eabc\n# head";
    const [candidate] = candidatesOf([attempt({ seq: 1, release: "a", subject })]) as [Candidate];
    const rows = candidateTable([candidate], null, { now, run }).split("\n");
    expect(rows).to.have.length(3);
    const text = rows[2] ?? "";
    expect(text.match(/(?<!\\)\|/g)).to.have.length(7);
    expect(text).to.not.match(/<img|@everyone|\]\(javascript|(?<!&)#12|:\/\/evil|\$x|\u202e/);
    expect(text).to.contain("everyone").and.to.contain("evil.example");
  });
});

describe("release: the summary", () => {
  const scene: Scene = {
    environment: "production",
    place: {
      "site-url": "https://site.example/",
      "api-url": "https://api.example/",
      "aws-region": "us-east-1",
    } as Scene["place"],
    run,
    now: new Date(start + 60_000),
    isLocal: false,
    outlook: undefined,
  };
  const summary = (record: AttemptRecord, verdict: string): string =>
    conclusionMarkdown(
      {
        attempt: record,
        outcome: record.end?.outcome ?? "unchanged",
        reason: record.end?.reason ?? "",
        verdict,
        liveReleaseId: record.end?.liveReleaseId ?? null,
        previousReleaseId: id("a"),
        restored: record.end?.restored ?? [],
      },
      scene,
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
      conclusionMarkdown(
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
          ...scene,
          outlook: frozen ? ({ freeze: frozen, candidates: [] } as unknown as Scene["outlook"]) : undefined,
        },
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
    const local = conclusionMarkdown(
      {
        attempt: putBack,
        outcome: "put-back",
        reason: "",
        verdict: "",
        liveReleaseId: id("a"),
        previousReleaseId: id("b"),
        restored: [],
      },
      { ...scene, isLocal: true },
      { before: undefined, after: undefined },
    );
    expect(local)
      .to.contain(`npm run rollback -- --environment production --to ${id("b")} --reason "why"`)
      .and.to.not.contain("console.aws");
  });
});

describe("release: the timeline", () => {
  it("ends a tier where the ledger says that the next thing began", () => {
    const live = attempt({
      seq: 2,
      release: "b",
      moved: [
        ["schema", 1],
        ["api", 2.5],
        ["site", 6],
      ],
      since: 7,
      over: 7.4,
    });
    expect(timelineOf(live).map(({ row, label, mark }) => `${row}: ${label} ${mark}`)).to.deep.equal([
      "schema: moved 1.5 s done",
      "api: moved 3.5 s done",
      "site: moved 1.0 s done",
      "verify: verified 0.4 s done",
    ]);
    expect(timelineMarkdown(timelineOf(live)).split("\n")).to.include.members([
      "  section api",
      "  moved 3.5 s :done, 00:00:01.500, 00:00:05.000",
    ]);
  });

  it("marks where it failed, then what was put back", () => {
    const restored = [{ tier: "api", outcome: "restored", note: "", from: at(8), until: at(9) }] as const;
    const failed = {
      seq: 2,
      release: "b",
      outcome: "put-back",
      moved: [["api", 1]],
      restored,
      over: 10,
    } as const;
    const shown = (since: number): readonly string[] =>
      timelineOf(attempt({ ...failed, since })).map(({ label, mark }) => `${label} ${mark}`);
    expect(shown(8)).to.deep.equal([
      "moved 7.0 s crit",
      "restored 1.0 s active",
      "verified again 1.0 s done",
    ]);
    expect(shown(3)).to.deep.equal([
      "moved 2.0 s done",
      "not verified 5.0 s crit",
      "restored 1.0 s active",
      "verified again 1.0 s done",
    ]);
  });

  it("never runs backwards, whatever two machines' clocks say", () => {
    const skewed = attempt({ seq: 2, release: "b", moved: [["site", 5]], since: 3, over: 2 });
    for (const { from, until } of timelineOf(skewed)) expect(until).to.be.at.least(from);
  });

  it("is left out where nothing moved", () => {
    expect(timelineMarkdown(timelineOf(attempt({ seq: 2, release: "b" })))).to.equal("");
  });
});

describe("release: text of strangers", () => {
  it("is shown as it was meant, as text", () => {
    expect(cell("a & b <c>  d\ne")).to.equal("a &amp; b &lt;c> d e");
    expect(link("x", "https://a.example/(b)|c")).to.equal("[x](https://a.example/%28b%29%7cc)");
  });
});
