import { cell, folded, table } from "../kit/markdown.ts";
import type { EventReading } from "./environment/observation.ts";

const shown = 40;

/** A deploy's own events as a table of the summary, each with the time since the first; the middle of very many is left out. */
export function timelineMarkdown(events: readonly EventReading[]): string {
  const [first] = events;
  if (first === undefined) return "";
  const rows = events.map(({ at, severity, message }) => [
    `${((at.getTime() - first.at.getTime()) / 1000).toFixed(0)} s`,
    cell(severity),
    cell(message),
  ]);
  const half = shown / 2;
  const kept =
    rows.length <= shown
      ? rows
      : [...rows.slice(0, half), ["…", "", `${rows.length - shown} more`], ...rows.slice(-half)];
  const title = `${events.length} events from ${first.at.toISOString().slice(0, 19)}Z`;
  return folded(title, table(["after", "level", "event"], kept));
}
