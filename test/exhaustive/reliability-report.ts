import { complaintsSection } from "./complaints.ts";
import type { CaseResult } from "./results.ts";

export interface AreaReport {
  readonly name: string;
  readonly promise: string;
  /** Every case that there is. */
  readonly ids: readonly string[];
  readonly results: readonly CaseResult[];
}

export interface ReportHead {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly commit: string;
  readonly cores: number;
  readonly node: string;
}

/** `docs/reliability.md`: what was tried, what failed, and what was not tried. Nothing is claimed beyond it. */
export function reliabilityReport(head: ReportHead, areas: readonly AreaReport[]): string {
  const rows = areas.map(({ name, ids, results }) => {
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
    const left = ids.length - results.length;
    return `| ${name} | ${ids.length} | ${results.length} | ${failed} | ${left} | ${Math.round(seconds / 60)} min |`;
  });
  return `${[
    "# Reliability",
    "Written by `npm run test:exhaustive`, which makes each of these faults happen once, lets the product recover as it promises, and then checks what is live. Nothing is claimed beyond this page.",
    `${head.date}, commit ${head.commit}, Node ${head.node}, ${head.cores} cores.`,
    ["| area | cases | run | failed | not run | time |", "|---|---|---|---|---|---|", ...rows].join("\n"),
    ...areas.map(areaSection),
    complaintsSection(),
  ].join("\n\n")}\n`;
}

function areaSection({ name, promise, ids, results }: AreaReport): string {
  const failures = results.filter(({ failure }) => failure !== undefined);
  const done = new Set(results.map(({ id }) => id));
  const left = ids.filter((id) => !done.has(id));
  return [
    `## ${name}`,
    promise,
    byKind(ids, results),
    failures.length === 0
      ? "No case failed."
      : ["Failed:", ...failures.map(({ id, failure = "" }) => `- \`${id}\`: ${oneLine(failure)}`)].join("\n"),
    ids.length === 0
      ? `Not opened on this commit: \`npm run test:exhaustive -- --area ${name}\`.`
      : left.length === 0
        ? "Every case was run."
        : `Not run: ${left.length} of ${ids.length}; \`npm run test:exhaustive -- --area ${name}\` goes on with them.`,
  ].join("\n\n");
}

/** Cases by what happens in them: the words of their ids but for the place. */
function byKind(ids: readonly string[], results: readonly CaseResult[]): string {
  const kindOf = (id: string): string => {
    const words = id.split(":");
    return `${words[0]} | ${words.at(-1)}`;
  };
  const kinds = [...new Set(ids.map(kindOf))].sort();
  const rows = kinds.map((kind) => {
    const mine = results.filter(({ id }) => kindOf(id) === kind);
    const failed = mine.filter(({ failure }) => failure !== undefined).length;
    return `| ${kind} | ${ids.filter((id) => kindOf(id) === kind).length} | ${mine.length} | ${failed} |`;
  });
  return ["| what runs | what happens | cases | run | failed |", "|---|---|---|---|---|", ...rows].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/\|/g, "\\|").slice(0, 300);
}
