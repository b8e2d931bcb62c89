import { compareLink } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { cell, code, count, table } from "../../kit/markdown.ts";
import { candidateLines } from "../views/candidates.ts";
import { frozenLine, releasesSection, sections } from "../views/report.ts";
import type { Scene } from "../views/scene.ts";
import type { Choice } from "./choice.ts";

interface Row {
  readonly what: string;
  readonly now: string;
  readonly target: string;
}

/** What is live and what would be, side by side. */
function rows({ live, target, comparison, schema, candidates }: Choice, now: Date): readonly Row[] {
  const steps = [...schema.beforeApi, ...schema.afterApi];
  const liveSubject = candidates.find(({ releaseId }) => releaseId === live.releaseId)?.subject ?? "";
  const kept = comparison.between.length - steps.length;
  return [
    { what: "release", now: live.releaseId, target: target.releaseId },
    { what: "commit", now: live.commit.slice(0, 7), target: target.commit.slice(0, 7) },
    { what: "subject", now: liveSubject, target: target.subject },
    { what: "API", now: live.apiVersion, target: target.apiVersion },
    { what: "went live", now: `${age(live.verifiedAt, now)} ago`, target: `${age(target.liveAt, now)} ago` },
    { what: "site files that differ", now: "", target: String(comparison.filesDiffering) },
    {
      what: "migrations between",
      now: count(comparison.between.length, "more migration"),
      target: steps.length > 0 ? `down: ${steps.join(", ")}` : kept > 0 ? "stay applied" : "none",
    },
  ];
}

export function choiceLines(choice: Choice, now: Date): readonly string[] {
  return [
    ...rows(choice, now).map(({ what, now, target }) => `${what.padEnd(22)}  ${now.padEnd(26)}  ${target}`),
    "candidates:",
    ...candidateLines(choice.candidates, choice.live.releaseId, now).map((line) => `  ${line}`),
  ];
}

/** Both releases side by side; `heading` says which of them is live. */
export function comparisonMarkdown(
  choice: Choice,
  heading: readonly [string, string],
  { run, now }: Scene,
): string {
  return sections(
    table(
      ["", ...heading],
      rows(choice, now).map(({ what, now, target }) => [what, cell(now), cell(target)]),
    ),
    `What is different: ${compareLink(run, choice.target.commit, choice.live.commit)}`,
  );
}

/** What a dry run would do. */
export function dryRunMarkdown(choice: Choice, scene: Scene): string {
  const { releaseId } = choice.target;
  return sections(
    `### Dry run: ${code(choice.live.releaseId)} stays live in ${cell(scene.environment)}; would roll back to ${code(releaseId)}`,
    frozenLine(scene),
    comparisonMarkdown(choice, ["live", "would be"], scene).trimEnd(),
    releasesSection(scene, choice.live.releaseId),
  );
}

/** Why a rollback was refused before anything changed, and what else there is to choose. */
export function refusalMarkdown(message: string, hint: string | undefined, scene: Scene): string {
  const live = scene.outlook?.live?.releaseId ?? null;
  return sections(
    `### ${live === null ? "Nothing" : code(live)} is live in ${cell(scene.environment)}, untouched: ${cell(message)}`,
    hint === undefined ? "" : `**What to do:** ${cell(hint)}.`,
    frozenLine(scene),
    releasesSection(scene, live, true),
  );
}
