import { cell, code, count, table } from "../lib/release/markdown.ts";
import { formatBytes } from "./format.ts";
import { isEmpty, type SitePlan } from "./plan.ts";
import type { ServedFile } from "./served-file.ts";
import type { SyncResult } from "./sync-site.ts";

const linesShown = 200;
const rowsShown = 30;

/** The plan for the log, one line per change with its reason. */
export function planLines(plan: SitePlan): readonly string[] {
  const puts = plan.puts.map(({ key, file, reason }) => `write   ${key}  ${sizeOf(file)}  (${reason})`);
  const deletes = plan.deletes.map(({ key, reason }) => `delete  ${key}  (${reason})`);
  return [...shortened([...puts, ...deletes], linesShown), planSentence(plan)];
}

export function planSentence(plan: SitePlan): string {
  const kept = plan.kept.length === 0 ? "" : `, ${count(plan.kept.length, "old asset")} kept for open pages`;
  if (isEmpty(plan)) return `nothing to do: ${count(plan.unchanged, "file")} in place${kept}`;
  const counts = [
    `${plan.puts.length} to write`,
    `${plan.deletes.length} to delete`,
    `${plan.unchanged} unchanged`,
  ];
  return `${counts.join(", ")}${kept}`;
}

/** What was done, for the log. */
export function resultSentence(result: SyncResult, seconds: number): string {
  const { uploaded, copied, deleted, unchanged, bytes, requests, invalidation } = result;
  const forgotten =
    invalidation === undefined ? "" : `, ${count(invalidation.paths.length, "path")} invalidated`;
  return `${uploaded} uploaded (${formatBytes(bytes)}), ${copied} copied, ${deleted} deleted, ${unchanged} unchanged${forgotten}; ${count(requests, "request")} in ${seconds.toFixed(1)} s`;
}

export interface SummaryOptions {
  /** Where the site is: `s3://bucket/prefix`. */
  readonly target: string;
  readonly dryRun: boolean;
  readonly seconds: number;
}

/** What was done, or would be, for the job summary. */
export function summaryOf(result: SyncResult, { target, dryRun, seconds }: SummaryOptions): string {
  const { plan, invalidation } = result;
  const paragraphs = [
    `### Site: ${dryRun ? "plan only, " : ""}${planSentence(plan)}`,
    dryRun ? code(target) : `${code(target)}: ${resultSentence(result, seconds)}`,
  ];
  if (invalidation)
    paragraphs.push(`Invalidation ${code(invalidation.id)}: ${code(invalidation.paths.join(" "))}`);
  const rows = [
    ...plan.puts.map(({ key, file, reason }) => [code(key), "write", cell(sizeOf(file)), reason]),
    ...plan.deletes.map(({ key, reason }) => [code(key), "delete", "", reason]),
  ];
  if (rows.length > 0) paragraphs.push(table(["file", "change", "size", "reason"], rows.slice(0, rowsShown)));
  if (rows.length > rowsShown) paragraphs.push(`… and ${rows.length - rowsShown} more.`);
  return `${paragraphs.join("\n\n")}\n`;
}

function sizeOf({ bytes, redirect }: ServedFile): string {
  return redirect === undefined ? formatBytes(bytes) : `to ${redirect}`;
}

function shortened(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `… and ${lines.length - most} more`];
}
