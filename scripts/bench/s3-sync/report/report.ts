import { availableParallelism } from "node:os";
import { git } from "../../../kit/git.ts";
import { median } from "../../median.ts";
import type { Matrix } from "../matrix.ts";
import type { CellName, Measured, Results } from "../results.ts";
import type { SetName } from "../site/site.ts";
import type { Tool } from "../tools/tool.ts";
import { targetRows } from "./targets.ts";

/** The figures as Markdown. */
export function reportOf(matrix: Matrix, results: Results, missing: readonly string[]): string {
  const { tools } = matrix;
  return [
    conditions(matrix, results, missing),
    "",
    "| tool | called as | content right | media types right | caching right |",
    "|---|---|---|---|---|",
    ...tools.map((tool) => toolRow(tool, matrix, results)),
    "",
    ...targetRows(matrix, results),
    ...matrix.sets.flatMap((set) => ["", ...setTable(set, matrix, results)]),
  ].join("\n");
}

export function titleOf(set: SetName): string {
  return set === "large" ? "20 files of 16 MiB" : `${Number(set).toLocaleString("en")} files of 10 KiB`;
}

function conditions(matrix: Matrix, results: Results, missing: readonly string[]): string {
  const { ceiling } = results;
  const all = cells(matrix).flatMap((cell) => results.rounds(cell));
  const load = Math.max(0, ...all.map(({ standInLoad }) => standInLoad));
  const commit = git("rev-parse", "--short", "HEAD");
  return [
    `${results.startedAt.slice(0, 10)}, commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} cores,`,
    `medians of ${roundsText(cells(matrix).map((cell) => results.rounds(cell).length))}, the tools in turn. Client, stand-in and delay`,
    "share the cores, over plain HTTP. The stand-in, asked by a loader that does next to nothing else, takes",
    `${ceiling?.putsPerSecond.toFixed(0)} PUT/s (${ceiling?.putMs.toFixed(2)} ms of CPU each) and ${ceiling?.getsPerSecond.toFixed(0)} GET/s (${ceiling?.getMs.toFixed(2)} ms) of 10 KiB; during the syncs below it took at most`,
    `${(100 * load).toFixed(0)} % of a core.`,
    ...(missing.length > 0 ? [`Not installed here, and nothing said about: ${missing.join(", ")}.`] : []),
  ].join("\n");
}

function toolRow(tool: Tool, matrix: Matrix, results: Results): string {
  const all = cells(matrix)
    .filter((cell) => cell.tool === tool.name)
    .flatMap((cell) => results.rounds(cell))
    .filter(({ ended }) => ended !== "cut off");
  const verdict = (what: keyof Measured["wrong"]): string => {
    const wrong = all.filter((measured) => measured.wrong[what] > 0);
    return all.length === 0
      ? ""
      : wrong.length === 0
        ? "yes"
        : `no, after ${wrong.length} of ${all.length} syncs`;
  };
  const name = `${tool.name} ${tool.version}`.trim();
  const own =
    tool.environment === undefined
      ? "the committed bundle, as the runner does"
      : "the same under a release: the hashes are those of the release.json that `build` wrote, where all others read the files";
  const how = tool.calledAs === "" ? own : `\`${tool.calledAs}\``;
  return `| ${name} | ${how} | ${verdict("content")} | ${verdict("types")} | ${verdict("caching")} |`;
}

function setTable(set: SetName, matrix: Matrix, results: Results): string[] {
  const { tools, rtts, scenarios } = matrix;
  const rows = scenarios.flatMap((scenario) =>
    rtts.map((rttMs) => {
      const shown = tools.map((tool) => cellText(results.rounds({ set, rttMs, scenario, tool: tool.name })));
      return `| ${scenario} | ${rttMs} ms | ${shown.join(" | ")} |`;
    }),
  );
  const peaks = tools.map((tool) => {
    const all = cells(matrix).filter((cell) => cell.set === set && cell.tool === tool.name);
    const peak = Math.max(0, ...all.flatMap((cell) => results.rounds(cell)).map(({ peakMib }) => peakMib));
    return peak === 0 ? "" : `${peak.toFixed(0)} MiB`;
  });
  return [
    `**${titleOf(set)}**: time, requests, bytes`,
    "",
    `| | added RTT | ${tools.map(({ name }) => name).join(" | ")} |`,
    `|---|---|${tools.map(() => "---|").join("")}`,
    ...rows,
    `| peak memory | | ${peaks.join(" | ")} |`,
  ];
}

/** Cells may have more rounds than were asked for now, from earlier runs, and fewer where a sync takes long. */
function roundsText(counts: readonly number[]): string {
  const measured = counts.filter((count) => count > 0);
  const [fewest, most] = [Math.min(...measured), Math.max(...measured)];
  return fewest === most ? `${most} round${most === 1 ? "" : "s"}` : `${fewest} to ${most} rounds`;
}

function cellText(rounds: readonly Measured[]): string {
  const [first] = rounds;
  if (first === undefined) return "";
  if (rounds.some(({ ended }) => ended === "cut off")) return `over ${first.seconds.toFixed(0)} s`;
  const seconds = median(rounds.map((measured) => measured.seconds));
  const requests = median(rounds.map((measured) => measured.requests));
  const bytes = median(rounds.map((measured) => measured.bytes));
  const wrong = Math.max(...rounds.map((measured) => measured.wrong.content));
  const verdict = rounds.some(({ ended }) => ended === "badly") ? ", **failed**" : "";
  const left = wrong === 0 ? "" : `, **${wrong} left wrong**`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s, ${requests.toFixed(0)}, ${formatBytes(bytes)}${verdict}${left}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes.toFixed(0)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function cells({ sets, rtts, scenarios, tools }: Matrix): CellName[] {
  return sets.flatMap((set) =>
    rtts.flatMap((rttMs) =>
      scenarios.flatMap((scenario) => tools.map(({ name: tool }) => ({ set, rttMs, scenario, tool }))),
    ),
  );
}
