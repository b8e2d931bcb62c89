import { median } from "../../median.ts";
import type { Matrix } from "../matrix.ts";
import type { Results } from "../results.ts";
import type { SetName } from "../site/site.ts";
import type { Scenario, Tool } from "../tools/tool.ts";
import { titleOf } from "./report.ts";

/** As wide as a telephone, so that the text is legible on one; the page does not stretch it. */
const width = 400;
const margin = { top: 92, left: 164, right: 16 };
const rowHeight = 19;
const headHeight = 30;
const colours = ["#1a7f37", "#57ab5a", "#116329", "#8ddb8c", "#0969da", "#bc4c00", "#8250df", "#57606a"];

const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 13px; }
  .quiet { fill: #59636e; font-size: 11px; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d1d9e0; }
  .wrong { stroke: #cf222e; stroke-width: 2; fill: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .paper { fill: #0d1117; }
    .grid { stroke: #3d444d; }
    .wrong { stroke: #f85149; }
  }`;

interface Dot {
  readonly seconds: number;
  readonly isWrong: boolean;
  readonly isCutOff: boolean;
}

/** Seconds on a logarithmic axis: a row for each scenario and tool, a dot for each round-trip time. Of the most files measured. */
export function plotOf(matrix: Matrix, results: Results): string {
  const set = matrix.sets.filter((name) => name !== "large").at(-1) ?? (matrix.sets[0] as SetName);
  const groups = matrix.scenarios.map((scenario) => ({
    scenario,
    rows: matrix.tools.flatMap((tool) => {
      const dots = dotsOf(matrix, results, set, scenario, tool);
      return dots.length === 0 ? [] : [{ tool, dots }];
    }),
  }));
  const all = groups.flatMap(({ rows }) => rows.flatMap(({ dots }) => dots.map(({ seconds }) => seconds)));
  const [low, high] = [Math.min(0.5, ...all), Math.max(1, ...all)].map(Math.log10) as [number, number];
  const x = (seconds: number): number =>
    margin.left + ((width - margin.left - margin.right) * (Math.log10(seconds) - low)) / (high - low);
  const height =
    margin.top + groups.reduce((sum, { rows }) => sum + headHeight + rows.length * rowHeight, 0) + 14;
  const lines: string[] = [];
  for (const seconds of [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]) {
    if (Math.log10(seconds) < low || Math.log10(seconds) > high) continue;
    const at = x(seconds).toFixed(1);
    lines.push(`<line class="grid" x1="${at}" x2="${at}" y1="${margin.top - 6}" y2="${height - 8}"/>`);
    lines.push(
      `<text class="quiet" x="${at}" y="${margin.top - 12}" text-anchor="middle">${seconds} s</text>`,
    );
  }
  let y = margin.top;
  for (const { scenario, rows } of groups) {
    lines.push(`<text class="title" x="8" y="${y + 20}">${scenario}</text>`);
    y += headHeight;
    for (const { tool, dots } of rows) {
      lines.push(
        ...rowOf(tool, dots, y + rowHeight / 2, x, colours[matrix.tools.indexOf(tool)] ?? "#57606a"),
      );
      y += rowHeight;
    }
  }
  const times = matrix.rtts.map((ms) => `${ms}`).join(", ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Time of one sync by tool">`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    `<text class="title" x="8" y="20">Time of one sync, ${titleOf(set)}</text>`,
    `<text class="quiet" x="8" y="37">small to large dot: ${times} ms of added round trip</text>`,
    `<g transform="translate(13 51)">${cross(0, 0)}<text class="quiet" x="10" y="4">left files wrong</text></g>`,
    `<g transform="translate(133 51)">${arrow(0, 0, "#57606a")}<text class="quiet" x="10" y="4">cut off</text></g>`,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}

function dotsOf(matrix: Matrix, results: Results, set: SetName, scenario: Scenario, tool: Tool): Dot[] {
  return matrix.rtts.flatMap((rttMs) => {
    const rounds = results.rounds({ set, rttMs, scenario, tool: tool.name });
    if (rounds.length === 0) return [];
    const isCutOff = rounds.some(({ ended }) => ended === "cut off");
    const isWrong = !isCutOff && rounds.some(({ wrong }) => wrong.content > 0);
    return [{ seconds: median(rounds.map(({ seconds }) => seconds)), isWrong, isCutOff }];
  });
}

function rowOf(
  { name }: Tool,
  dots: readonly Dot[],
  y: number,
  x: (seconds: number) => number,
  colour: string,
): string[] {
  const ends = dots.map(({ seconds }) => x(seconds));
  const [from, to] = [Math.min(...ends).toFixed(1), Math.max(...ends).toFixed(1)];
  return [
    `<text x="${margin.left - 12}" y="${y + 4}" text-anchor="end">${name}</text>`,
    `<line x1="${from}" x2="${to}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
    ...dots.map(({ seconds, isWrong, isCutOff }, index) => {
      const at = Number(x(seconds).toFixed(1));
      if (isCutOff) return arrow(at, y, colour);
      if (isWrong) return cross(at, y);
      return `<circle cx="${at}" cy="${y}" r="${2.5 + index}" fill="${colour}"/>`;
    }),
  ];
}

function arrow(x: number, y: number, colour: string): string {
  return `<path d="M${x - 4} ${y - 5}l8 5l-8 5z" fill="${colour}"/>`;
}

function cross(x: number, y: number): string {
  return `<path class="wrong" d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8"/>`;
}
