import { type Tier, tiers } from "../lib/release/keys.ts";
import type { AttemptRecord } from "../lib/release/ledger.ts";
import { cell, code, table } from "../lib/release/markdown.ts";
import type { Conclusion } from "./conclude.ts";

/** The summary of how an attempt ended: the verdict, then what each tier did, then the way back. */
export function conclusionMarkdown(conclusion: Conclusion, environment: string): string {
  const { attempt, outcome, liveReleaseId, previousReleaseId } = conclusion;
  const parts = [
    `### ${outcome === "live" ? "Live" : "Not live"}: ${cell(conclusion.verdict)}`,
    table(
      ["tier", "from", "to", "moved", "ended", "after"],
      tiers.map((tier) => tierRow(tier, conclusion)),
    ),
    `Attempt ${attempt.seq} of ${cell(environment)} by ${cell(attempt.begin.by)}: [run ${attempt.begin.run.id}](${attempt.begin.run.url})`,
  ];
  if (liveReleaseId !== null) parts.push(wayBack(previousReleaseId));
  return `${parts.join("\n\n")}\n`;
}

/** How to go back from what is live now. */
export function wayBack(previousReleaseId: string | null): string {
  if (previousReleaseId === null) return "There is no earlier release to roll back to yet.";
  return `To roll back, run the workflow **Rollback** with \`to: previous\` (${code(previousReleaseId)}), or \`npm run rollback\` on the laptop.`;
}

function tierRow(tier: Tier, { attempt, outcome, restored }: Conclusion): readonly string[] {
  const moved = attempt.moved.find((entry) => entry.tier === tier);
  const back = restored.find((result) => result.tier === tier);
  const { from, to } = endpoints(tier, attempt);
  const ended = back
    ? `${back.outcome}: ${back.note}`
    : moved
      ? outcome === "live"
        ? "live"
        : "moved"
      : "untouched";
  return [
    tier,
    code(from),
    code(to),
    moved ? "yes" : "no",
    cell(ended),
    moved ? seconds(attempt, moved.at) : "",
  ];
}

function endpoints(
  tier: Tier,
  { begin, moved }: AttemptRecord,
): { readonly from: string; readonly to: string } {
  const before = begin.live?.releaseId ?? "nothing";
  if (tier !== "api") return { from: before, to: begin.releaseId };
  const from = moved.find((entry) => entry.tier === "api")?.from as { readonly version?: string } | undefined;
  return { from: from?.version || before, to: begin.apiVersion };
}

/** How long after the attempt's beginning the tier began to move. */
function seconds({ begin }: AttemptRecord, at: string): string {
  return `${((Date.parse(at) - Date.parse(begin.at)) / 1000).toFixed(1)} s`;
}
