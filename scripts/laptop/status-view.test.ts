import { expect } from "chai";
import { styleOf } from "../../local/github/display/style.ts";
import type { Overview } from "../../pipeline/releases/views/overview.ts";
import type { WorkflowRun } from "../runs/workflow-runs.ts";
import { isUnwell, statusLines, statusOf } from "./status-view.ts";

const now = new Date("2026-11-23T12:00:00Z");
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
const run = { id: 7, attempt: 1, url: "http://127.0.0.1/runs/7" };

const overview: Overview = {
  environment: "local",
  live: {
    schema: 1,
    releaseId: "20261123T110000Z-1111111",
    commit: "1".repeat(40),
    seq: 3,
    verifiedAt: minutesAgo(5),
    by: "ada",
    previousReleaseId: null,
  },
  freeze: null,
  open: null,
  whole: "yes",
  seen: "site and API answer",
  lock: null,
  attempts: [
    {
      seq: 3,
      begin: {
        schema: 1,
        seq: 3,
        kind: "rollback",
        releaseId: "20261123T110000Z-1111111",
        commit: "1".repeat(40),
        subject: "",
        live: null,
        goesBackTo: null,
        by: "ada",
        run,
        lock: "",
        reason: "empty feed",
        at: minutesAgo(6),
        previous: null,
      },
      moved: [],
      end: null,
    } as unknown as Overview["attempts"][number],
  ],
  problems: [],
  candidates: [],
};

const deploy: WorkflowRun = {
  id: 8,
  run_number: 4,
  name: "Deploy",
  head_branch: "main",
  head_sha: "2".repeat(40),
  display_title: "Newest\u001b[31m photo first",
  status: "in_progress",
  conclusion: null,
  run_started_at: minutesAgo(1),
  updated_at: minutesAgo(1),
  actor: { login: "bo" },
};

function shown(
  changes: Partial<Overview>,
  runs: readonly WorkflowRun[] = [],
  width = 200,
): readonly string[] {
  const told = { ...overview, ...changes };
  const style = styleOf({ color: false, unicode: true });
  return statusLines(told, statusOf(told, runs), { now, width, style });
}

describe("npm run status", () => {
  it("says what is live, how it got there, that pushes go live and that nothing runs", () => {
    expect(shown({})).to.deep.equal([
      "20261123T110000Z-1111111 is live in local, verified 5 min ago and looked at now",
      "live     since 2026-11-23 11:55 UTC (5 min), through a rollback by ada: empty feed",
      "frozen   no: a push goes live",
      "running  nothing",
    ]);
  });

  it("says of a freeze since when, by whom and why, and what lifts it", () => {
    const freeze = { schema: 1, by: "bo", reason: "broken", since: minutesAgo(3), run } as const;
    expect(shown({ freeze }).find((line) => line.startsWith("frozen"))).to.equal(
      "frozen   pushes fail since 3 min, by bo: broken. Let them through: npm run resume -- --environment local",
    );
  });

  it("names what runs, since when and by whom; its title is text", () => {
    const over = { ...deploy, id: 6, status: "completed", conclusion: "success" };
    const running = shown({}, [deploy, over]).filter((line) => line.startsWith("running"));
    expect(running).to.deep.equal([
      "running  Deploy #4 (run 8), in progress, since 1 min by bo: Newest photo first (main)",
    ]);
  });

  it("stays within a terminal, with every word there", () => {
    const wide = shown({}, [deploy]).join(" ").replace(/\s+/g, " ");
    const narrow = shown({}, [deploy], 50);
    expect(Math.max(...narrow.map((line) => line.length))).to.be.at.most(50);
    expect(narrow.join(" ").replace(/\s+/g, " ")).to.equal(wide);
  });

  it("is unwell where what is live is not whole, or an attempt was left half done; not before the first release", () => {
    const open = {
      ...{ seq: 4, kind: "deploy" as const, releaseId: "x", by: "bo", since: minutesAgo(1), run, moved: [] },
      life: "over",
    } as const;
    const unwell = (changes: Partial<Overview>): boolean =>
      isUnwell(statusOf({ ...overview, ...changes }, []));
    expect(unwell({})).to.equal(false);
    expect(unwell({ whole: "unknown" })).to.equal(false);
    expect(unwell({ whole: "no" })).to.equal(true);
    expect(unwell({ open })).to.equal(true);
    expect(unwell({ open: { ...open, life: "at work" } })).to.equal(false);
    expect(unwell({ live: null, whole: "no" })).to.equal(false);
    expect(shown({ open })).to.include('end it   npm run repair -- --environment local --reason "why"');
  });
});
