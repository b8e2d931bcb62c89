import { type Html, html } from "./html.ts";

interface Bar {
  readonly section: string;
  readonly label: string;
  readonly mark: string;
  /** Milliseconds. */
  readonly from: number;
  readonly until: number;
}

const rowHeight = 24;
const left = 90;
const width = 720;
const labelRoom = 150;
const axisHeight = 26;

/**
 * A Mermaid `gantt` as the pipeline's summaries write it, as a drawing: sections, and bars whose times are offsets
 * (`HH:mm:ss.SSS`). undefined for any other chart, which is then shown as its text.
 */
export function ganttChart(text: string): Html | undefined {
  const bars = barsOf(text);
  if (bars === undefined || bars.length === 0) return undefined;
  const longest = Math.max(1, ...bars.map(({ until }) => until));
  const scale = (width - left - labelRoom) / longest;
  const bottom = bars.length * rowHeight;
  const drawn = bars.map((bar, index) => {
    const y = index * rowHeight;
    const x = left + bar.from * scale;
    const length = Math.max(3, (bar.until - bar.from) * scale);
    const section = bar.section === bars[index - 1]?.section ? "" : bar.section;
    return html`<text x="0" y="${y + 16}">${section}</text><rect class="bar ${bar.mark}" x="${x.toFixed(1)}" y="${y + 5}" width="${length.toFixed(1)}" height="14" rx="3"></rect><text class="soft" x="${(x + length + 6).toFixed(1)}" y="${y + 16}">${bar.label}</text>`;
  });
  const ticks = tickTimes(longest).map((time) => {
    const x = (left + time * scale).toFixed(1);
    return html`<line class="tick" x1="${x}" y1="0" x2="${x}" y2="${bottom + 4}"></line><text class="soft" x="${x}" y="${bottom + 18}" text-anchor="middle">${tickLabel(time, longest)}</text>`;
  });
  return html`<div class="wide" tabindex="0"><svg class="gantt" viewBox="0 0 ${width} ${bottom + axisHeight}" role="img" aria-label="timeline">${ticks}${drawn}</svg></div>`;
}

const tickSteps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];

/** From the beginning on, at most seven, at round times since then. */
function tickTimes(longest: number): readonly number[] {
  const step = tickSteps.find((each) => longest / each <= 6) ?? 24 * 3_600_000;
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, index) => index * step);
}

/** `0.5 s` where seconds are too coarse, else `5 s`, `3 min`. */
function tickLabel(time: number, longest: number): string {
  if (longest < 4000) return `${(time / 1000).toFixed(1)} s`;
  return time >= 60_000 ? `${Math.round(time / 6000) / 10} min` : `${time / 1000} s`;
}

function barsOf(text: string): readonly Bar[] | undefined {
  const [kind, ...lines] = text.split("\n").map((line) => line.trim());
  if (kind !== "gantt") return undefined;
  const bars: Bar[] = [];
  let section = "";
  for (const line of lines) {
    const named = /^section (.+)$/.exec(line);
    const bar = /^(.+?) :(done|active|crit), (\S+), (\S+)$/.exec(line);
    if (named) section = named[1] as string;
    if (!bar) continue;
    const [, label = "", mark = "", start = "", end = ""] = bar;
    const [from, until] = [millisecondsOf(start), millisecondsOf(end)];
    if (from === undefined || until === undefined) return undefined;
    bars.push({ section, label, mark, from, until });
  }
  return bars;
}

function millisecondsOf(offset: string): number | undefined {
  const parts = /^(\d\d):(\d\d):(\d\d)\.(\d{3})$/.exec(offset);
  if (!parts) return undefined;
  const [hours = 0, minutes = 0, seconds = 0, rest = 0] = parts.slice(1).map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
}
