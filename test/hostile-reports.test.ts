import { expect } from "chai";
import fc from "fast-check";
import { parseCommand } from "../local/github/runner/steps/workflow-command.ts";
import { summaryOf as apiSummary } from "../pipeline/api/report.ts";
import { hostile } from "../pipeline/kit/hostile-fixture.ts";
import { summaryText } from "../pipeline/kit/log-text.ts";
import { plain } from "../pipeline/kit/markdown.ts";
import { endMarkdown } from "../pipeline/releases/finish/summary.ts";
import { planMarkdown } from "../pipeline/releases/plan/summary.ts";
import { dryRunMarkdown, refusalMarkdown } from "../pipeline/releases/rollback/summary.ts";
import { at, attempt, id, run, start } from "../pipeline/releases/views/attempts-fixture.ts";
import { overviewMarkdown } from "../pipeline/releases/views/overview-summary.ts";
import type { ReportContext } from "../pipeline/releases/views/report-context.ts";
import { summarize as schemaSummary } from "../pipeline/schema/report.ts";
import { summaryOf as siteSummary } from "../pipeline/site/report.ts";
import { lookedMarkdown } from "../pipeline/verify/looked.ts";

const reference = { id: 7, attempt: 1, url: run.url };
const manifest = (text: string) => ({
  schema: 2 as const,
  id: id("b"),
  commit: "b".repeat(40),
  committedAt: at(0),
  api: { version: "b".repeat(12), sha256: "0".repeat(64), bytes: 1, node: text },
  site: { files: {} },
});
const migration = (text: string) => ({
  name: text,
  sha256: "0".repeat(64),
  phase: "expand" as const,
  reversible: true,
  findings: [text],
  observed: {
    postgres: 16,
    file: text,
    derived: "expand" as const,
    creates: [text],
    statements: [{ sql: text, line: 1, locks: [text], rewrites: [text], scans: [text] }],
    findings: [
      { rule: "create-index", severity: "error" as const, message: text, on: { table: text, name: text } },
      {
        rule: "drop-column",
        severity: "warn" as const,
        message: text,
        on: { table: text, name: text },
        accepted: text,
      },
    ],
  },
});
const candidate = (text: string) => ({
  releaseId: id("a"),
  commit: "a".repeat(40),
  subject: text,
  author: text,
  by: text,
  liveAt: at(0),
  seq: 1,
  previousReleaseId: null,
  replacedBy: { kind: "rollback", reason: text },
});

function contextOf(text: string): ReportContext {
  const freeze = { schema: 1, by: text, reason: text, since: at(0), run: reference };
  const live = { releaseId: id("a"), previousReleaseId: null, commit: "a".repeat(40), verifiedAt: at(0) };
  const candidates = [candidate(text)];
  const overview = { live, freeze, candidates, open: null, whole: "unknown", seen: text };
  return {
    environment: "production",
    run,
    now: new Date(start + 60_000),
    isLaptop: false,
    overview,
  } as never;
}

/** Every report of the actions, with the text wherever somebody else than the pipeline decides what stands there. */
const reports: Readonly<Record<string, (text: string) => string>> = {
  "of what was looked at": (text) =>
    lookedMarkdown(id("a"), { checked: [text, `a ${text}`], notChecked: [text] }),
  "of an API's deploy": (text) =>
    apiSummary(
      {
        outcome: "failed-new",
        plan: { kind: "nothing", reason: text },
        changed: true,
        version: text,
        previousVersion: text,
        url: "http://127.0.0.1:1",
        update: { requestId: "1", seconds: 1 },
        why: text,
        now: text,
        cause: { sentence: text, hint: text, source: "engine" },
        logs: { application: [text, `a ${text}`], engine: [text] },
        timeline: [{ at: new Date(start), severity: text, message: text }],
        restoration: { restored: "yes", why: text },
      } as never,
      text,
    ),
  "of migrations": (text) =>
    schemaSummary({
      plan: { pending: [{ name: text, phase: "expand", reversible: true }], changed: [] },
      applied: [],
    } as never),
  "of a site": (text) =>
    siteSummary(
      {
        plan: {
          puts: [{ key: text, file: { bytes: 1 }, reason: "new" }],
          deletes: [{ key: text, reason: "gone" }],
          kept: [],
          stale: [],
          unchanged: 0,
        },
        counts: {},
        invalidation: { id: text, paths: [text] },
      } as never,
      { target: text, dryRun: true, seconds: 1 },
    ),
  "of a plan": (text) =>
    planMarkdown(
      {
        releaseId: id("b"),
        liveReleaseId: id("a"),
        tiers: [{ tier: "api", changed: true, from: text, to: text, reason: text }],
        dropped: [],
        migrations: [migration(text)],
        files: [{ key: text, change: "added", bytes: 1 }],
        problems: [text],
        notes: [text],
      } as never,
      {
        environment: "production",
        run,
        now: new Date(start),
        overview: contextOf(text).overview,
        unknown: text,
      },
    ),
  "of how an attempt ended": (text) =>
    endMarkdown(
      {
        attempt: attempt({
          seq: 2,
          release: "b",
          kind: "rollback",
          reason: text,
          subject: text,
          moved: [["api", 1]],
        }),
        outcome: "put-back",
        reason: text,
        verdict: text,
        liveReleaseId: id("a"),
        previousReleaseId: id("a"),
        restored: [{ tier: "api", outcome: "restored", note: text, from: at(1), until: at(2) }],
      },
      contextOf(text),
      { siteUrl: "", apiUrl: "", region: "us-east-1" },
      { before: undefined, after: undefined },
    ),
  "of the state": (text) =>
    overviewMarkdown(
      {
        ...contextOf(text).overview,
        environment: "production",
        lock: { by: text, operation: text, since: at(0), run: reference, life: "running" },
        attempts: [attempt({ seq: 1, release: "a", reason: text, subject: text })],
        problems: [new Error(text)],
      } as never,
      contextOf(text),
    ),
  "of a refusal": (text) => refusalMarkdown(text, text, contextOf(text)),
  "of a dry run": (text) =>
    dryRunMarkdown(
      {
        live: contextOf(text).overview?.live,
        liveManifest: manifest(text),
        target: candidate(text),
        targetManifest: manifest(text),
        newestSeq: 1,
        candidates: [candidate(text)],
        comparison: { between: [migration(text)], apiChanges: true, filesDiffering: 1 },
        schema: { beforeApi: [text], afterApi: [] },
        relation: "behind",
      } as never,
      contextOf(text),
    ),
};

/** What Markdown makes of each line: where it begins, its cells, spans, links and tags. Text in fences and spans is none of it. */
function structure(markdown: string): readonly string[] {
  let fence: string | undefined;
  return markdown.split("\n").map((line) => {
    const opening = /^(`{3,}|~{3,})\w*$/.exec(line)?.[1];
    if (fence !== undefined) {
      if (line !== fence) return "fenced";
      fence = undefined;
      return "fence";
    }
    if (opening !== undefined) {
      fence = opening;
      return "fence";
    }
    const text = line
      .replace(/\\[!-/:-@[-`{-~]/g, "")
      .replace(/`[^`]*`/g, "¢")
      .replace(/&#?\w+;/g, "¤");
    const begins =
      /^\s*(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|\d+[.)](?=\s|$)|[-=]{3,}\s*$|\|)?/.exec(text)?.[1] ?? "";
    return `${begins} ${(text.match(/[|¢*_~$<\\`]|\]\(|!\[|:\/\/|\bwww\.|@\w|#\w/g) ?? []).join("")}`;
  });
}

describe("a report", () => {
  for (const [name, report] of Object.entries(reports)) {
    it(`${name} has the same shape whatever others say in it, and commands nobody`, () => {
      const usual = structure(report("x"));
      fc.assert(
        fc.property(
          hostile.filter((text) => plain(text) !== ""),
          (text) => {
            const markdown = report(text);
            expect(structure(markdown)).to.deep.equal(usual);
            for (const line of markdown.split("\n")) expect(parseCommand(line), line).to.equal(undefined);
            expect(summaryText(markdown)).to.equal(markdown);
          },
        ),
      );
    });
  }
});
