import { age } from "../../kit/age.ts";
import { explain } from "../../kit/errors.ts";
import { cell, code, link, table } from "../../kit/markdown.ts";
import { type AttemptRecord, movedTiers } from "../store/ledger.ts";
import type { Overview } from "./overview.ts";
import type { ReportContext } from "./report-context.ts";
import { conditionLine, endSection, frozenLine, releasesSection, sections, wayBack } from "./sections.ts";

/** The summary of the state of an environment; `stopped` is what kept the run that writes it from deploying, in words. */
export function overviewMarkdown(overview: Overview, report: ReportContext, stopped?: string): string {
  const { live, environment, attempts, lock } = overview;
  const { run, now } = report;
  return sections(
    `### ${cell(stopped === undefined ? conditionLine(report) : `${conditionLine(report)}; this run changed nothing there: ${stopped}`)}`,
    endSection(report),
    overview.problems.map((problem) => `- **Damaged**: ${cell(explain(problem))}`).join("\n"),
    frozenLine(report),
    lock
      ? `${cell(lock.by)} ${lock.life === "over" ? "left" : "holds"} the lock since ${age(lock.since, now)} (${cell(lock.operation)}): ${link(`run ${lock.run.id}`, lock.run.url)}${lock.life === "over" ? ", which is over: whoever comes next takes it" : ""}.`
      : "",
    table(
      ["attempt", "kind", "release", "by", "age", "outcome", "moved", "why"],
      attempts.map((attempt) => attemptRow(attempt, report)),
    ),
    live ? wayBack(live.previousReleaseId, { run, environment, isLaptop: report.isLaptop }) : "",
    releasesSection(report, live?.releaseId ?? null),
  );
}

function attemptRow(attempt: AttemptRecord, { now }: ReportContext): readonly string[] {
  const { seq, begin, end } = attempt;
  return [
    link(String(seq), begin.run.url),
    begin.kind,
    code(begin.releaseId),
    cell(begin.by),
    age(begin.at, now),
    end?.outcome ?? "**unfinished**",
    movedTiers(attempt).join(", ") || "nothing",
    cell(begin.reason || (end?.outcome === "live" ? "" : (end?.reason ?? ""))),
  ];
}
