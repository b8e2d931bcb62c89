import { candidateLines } from "../lib/release/candidates.ts";
import { cell, code, count, table } from "../lib/release/markdown.ts";
import type { Choice } from "./choice.ts";

interface Row {
  readonly what: string;
  readonly now: string;
  readonly target: string;
}

/** What is live and what would be, side by side. */
function rows({ live, target, comparison, schema }: Choice): readonly Row[] {
  const steps = [...schema.beforeApi, ...schema.afterApi];
  const kept = comparison.between.length - steps.length;
  return [
    { what: "release", now: live.releaseId, target: target.releaseId },
    { what: "commit", now: live.commit.slice(0, 7), target: target.commit.slice(0, 7) },
    { what: "API", now: live.apiVersion, target: target.apiVersion },
    { what: "verified", now: live.verifiedAt, target: target.liveAt },
    { what: "site files that differ", now: "", target: String(comparison.filesDiffering) },
    {
      what: "migrations between",
      now: count(comparison.between.length, "more migration"),
      target: steps.length > 0 ? `down: ${steps.join(", ")}` : kept > 0 ? "stay applied" : "none",
    },
  ];
}

export function choiceLines(choice: Choice): readonly string[] {
  return [
    ...rows(choice).map(({ what, now, target }) => `${what.padEnd(22)}  ${now.padEnd(26)}  ${target}`),
    "candidates:",
    ...candidateLines(choice.candidates, choice.live.releaseId).map((line) => `  ${line}`),
  ];
}

export function choiceMarkdown(choice: Choice, headline: string): string {
  const candidates = choice.candidates.map(({ releaseId, apiVersion, liveAt, by, subject }) => [
    code(releaseId) + (releaseId === choice.live.releaseId ? " (was live)" : ""),
    code(apiVersion),
    liveAt,
    cell(by),
    cell(subject),
  ]);
  return `${[
    `### ${cell(headline)}`,
    table(
      ["", "was live", "target"],
      rows(choice).map(({ what, now, target }) => [what, cell(now), cell(target)]),
    ),
    "Releases that can be rolled back to:",
    table(["release", "API", "live", "by", "commit"], candidates),
  ].join("\n\n")}\n`;
}
