import { median } from "../../median.ts";
import type { Matrix } from "../matrix.ts";
import type { CellName, Measured, Results } from "../results.ts";
import type { Scenario } from "../tools/tool.ts";
import { isRight } from "./correctness.ts";

/** What was set out to be reached, and what was, as a table; only of what was measured. */
export function targetRows(matrix: Matrix, results: Results): string[] {
  const own = "s3-sync";
  const seconds = (rttMs: number, scenario: Scenario, tool: string): number | undefined =>
    middle(results, { set: "10000", rttMs, scenario, tool }, (measured) => measured.seconds);
  const peers = matrix.tools.filter((tool) => tool.calledAs !== "" && isRight(tool, matrix, results));
  const fastest = (rttMs: number, scenario: Scenario): { tool: string; seconds: number } | undefined =>
    peers
      .flatMap(({ name }) => {
        const value = seconds(rttMs, scenario, name);
        return value === undefined ? [] : [{ tool: name, seconds: value }];
      })
      .sort((one, other) => one.seconds - other.seconds)[0];
  const rows: string[] = [];
  const add = (what: string, reached: string, target: string, isReached: boolean): void => {
    rows.push(`| ${what} | ${reached} | ${target} | ${isReached ? "yes" : "no"} |`);
  };
  for (const [tool, target] of [
    [own, 5],
    [`${own}, record`, 10],
    [`${own}, release`, 5],
    [`${own}, release, record`, 10],
  ] as const) {
    const [ours, peer] = [seconds(20, "no change", tool), fastest(20, "no change")];
    if (ours === undefined || peer === undefined) continue;
    const ratio = peer.seconds / ours;
    const what = `nothing changed, 20 ms: ${tool} beside ${peer.tool}`;
    add(what, `${ratio.toFixed(1)} times as fast`, `${target} times`, ratio >= target);
  }
  for (const rttMs of [20, 60]) {
    const [ours, peer] = [seconds(rttMs, "first upload", own), fastest(rttMs, "first upload")];
    if (ours !== undefined && peer !== undefined) {
      const ratio = ours / peer.seconds;
      const what = `first upload, ${rttMs} ms: beside ${peer.tool}`;
      add(what, `${ratio.toFixed(2)} of its time`, "0.85 or less", ratio <= 0.85);
    }
    const [none, one] = [seconds(rttMs, "no change", own), seconds(rttMs, "one file", own)];
    if (none !== undefined && one !== undefined) {
      const trips = ((one - none) * 1000) / rttMs;
      const what = `one file changed, ${rttMs} ms: more than nothing changed`;
      add(what, `${trips.toFixed(1)} round trips`, "4", trips <= 4.5);
    }
  }
  const first = { set: "10000", rttMs: 20, scenario: "first upload", tool: own } as const;
  const requests = middle(results, first, (measured) => measured.requests);
  if (requests !== undefined) {
    add(
      "first upload: requests beyond one per file",
      `${requests - 10_000}`,
      "a constant",
      requests < 10_050,
    );
  }
  if (rows.length === 0) return [];
  return ["| 10,000 files | reached | target | |", "|---|---|---|---|", ...rows];
}

/** The median over the rounds; undefined where it was not measured, or was cut off. */
function middle(
  results: Results,
  cell: CellName,
  figure: (measured: Measured) => number,
): number | undefined {
  const rounds = results.rounds(cell);
  if (rounds.length === 0 || rounds.some(({ ended }) => ended !== "well")) return undefined;
  return median(rounds.map(figure));
}
