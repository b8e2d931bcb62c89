import { compareLink } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { cell, code, count, table } from "../../kit/markdown.ts";
import type { Tier } from "../store/keys.ts";
import { hasTier } from "../store/release-tiers.ts";
import { candidateLines } from "../views/candidates.ts";
import type { ReportContext } from "../views/report-context.ts";
import { conditionLine, endSection, frozenLine, releasesSection, sections } from "../views/sections.ts";
import type { RollbackPlan } from "./plan.ts";

interface Row {
  readonly what: string;
  readonly now: string;
  readonly target: string;
}

/** What is live and what would be, side by side. */
function rows(plan: RollbackPlan, now: Date): readonly Row[] {
  const { live, liveManifest, target, targetManifest, comparison, schema, candidates } = plan;
  const steps = [...schema.beforeApi, ...schema.afterApi];
  const liveSubject = candidates.find(({ releaseId }) => releaseId === live.releaseId)?.subject ?? "";
  const kept = comparison.between.length - steps.length;
  const either = (tier: Tier) => hasTier(liveManifest, tier) || hasTier(targetManifest, tier);
  return [
    { what: "release", now: live.releaseId, target: target.releaseId },
    { what: "commit", now: shortCommit(live), target: shortCommit(target) },
    { what: "subject", now: liveSubject, target: target.subject },
    ...(either("api")
      ? [
          {
            what: "API",
            now: live.apiVersion ?? "none",
            target: target.apiVersion ?? "has none: it stays as it is",
          },
        ]
      : []),
    { what: "went live", now: `${age(live.verifiedAt, now)} ago`, target: `${age(target.liveAt, now)} ago` },
    ...(either("site")
      ? [
          {
            what: "site files that differ",
            now: "",
            target: targetManifest.site
              ? String(comparison.filesDiffering)
              : "has no site: it stays as it is",
          },
        ]
      : []),
    ...(either("schema")
      ? [
          {
            what: "migrations between",
            now:
              comparison.between.length === 0 ? "none" : count(comparison.between.length, "more migration"),
            target: steps.length > 0 ? `down: ${steps.join(", ")}` : kept > 0 ? "stay applied" : "none",
          },
        ]
      : []),
  ];
}

export function rollbackLines(plan: RollbackPlan, now: Date): readonly string[] {
  return [
    ...rows(plan, now).map(({ what, now, target }) => `${what.padEnd(22)}  ${now.padEnd(26)}  ${target}`),
    "candidates:",
    ...candidateLines(plan.candidates, plan.live.releaseId, now).map((line) => `  ${line}`),
  ];
}

/** Both releases side by side; `heading` says which of them is live. */
export function comparisonMarkdown(
  plan: RollbackPlan,
  heading: readonly [string, string],
  { run, now }: ReportContext,
): string {
  return sections(
    table(
      ["", ...heading],
      rows(plan, now).map(({ what, now, target }) => [what, cell(now), cell(target)]),
    ),
    differenceLine(compareLink(run, plan.target.commit, plan.live.commit)),
  );
}

function shortCommit({ commit }: { readonly commit: string }): string {
  return commit === "" ? "not known: taken over" : commit.slice(0, 7);
}

function differenceLine(link: string): string {
  return link === "" ? "" : `What is different: ${link}`;
}

/** What a dry run would do. */
export function dryRunMarkdown(plan: RollbackPlan, report: ReportContext): string {
  const { releaseId } = plan.target;
  return sections(
    `### Dry run: nothing was changed in ${cell(report.environment)}; would roll back to ${code(releaseId)}`,
    cell(conditionLine(report)),
    endSection(report),
    frozenLine(report),
    report.overview?.freeze
      ? ""
      : `A rollback freezes ${cell(report.environment)}: pushes fail from then on, until somebody resumes.`,
    comparisonMarkdown(plan, ["live", "would be"], report).trimEnd(),
    releasesSection(report, plan.live.releaseId),
  );
}

/** Why a rollback was refused before anything changed, and what else there is to choose. */
export function refusalMarkdown(message: string, hint: string | undefined, report: ReportContext): string {
  const live = report.overview?.live?.releaseId ?? null;
  return sections(
    `### Nothing was changed in ${cell(report.environment)}: ${cell(message)}`,
    cell(conditionLine(report)),
    endSection(report),
    hint === undefined ? "" : `**What to do:** ${cell(hint)}.`,
    frozenLine(report),
    releasesSection(report, live, true),
  );
}
