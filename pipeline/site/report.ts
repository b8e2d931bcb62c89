import { formatBytes } from "../kit/format-bytes.ts";
import { cell, code, count, table } from "../kit/markdown.ts";
import { firstChanges, planSentence, sizeOf } from "./plan/plan-lines.ts";
import type { SyncResult } from "./sync-site.ts";

const rowsShown = 30;

/** What was done, for the log. */
export function resultSentence(
  { counts, invalidation }: Pick<SyncResult, "counts" | "invalidation">,
  seconds: number,
): string {
  const { uploaded, copied, deleted, unchanged, bytes, requests } = counts;
  const forgotten =
    invalidation === undefined ? "" : `, ${count(invalidation.paths.length, "path")} invalidated`;
  return `${uploaded} uploaded (${formatBytes(bytes)}), ${copied} copied, ${deleted} deleted, ${unchanged} unchanged${forgotten}; ${count(requests, "request")} in ${seconds.toFixed(1)} s`;
}

interface SummaryOptions {
  /** Where the site is: `s3://bucket/prefix`. */
  readonly target: string;
  readonly dryRun: boolean;
  readonly seconds: number;
}

/** What was done, or would be, for the job summary. */
export function summaryOf(
  result: Pick<SyncResult, "plan" | "counts" | "invalidation">,
  { target, dryRun, seconds }: SummaryOptions,
): string {
  const { plan, invalidation } = result;
  const paragraphs = [
    `### Site: ${dryRun ? "plan only, " : ""}${planSentence(plan)}`,
    dryRun ? code(target) : `${code(target)}: ${resultSentence(result, seconds)}`,
  ];
  if (invalidation)
    paragraphs.push(`Invalidation ${code(invalidation.id)}: ${code(invalidation.paths.join(" "))}`);
  const { puts, deletes, more } = firstChanges(plan, rowsShown);
  const rows = [
    ...puts.map(({ key, file, reason }) => [code(key), "write", cell(sizeOf(file)), reason]),
    ...deletes.map(({ key, reason }) => [code(key), "delete", "", reason]),
  ];
  if (rows.length > 0) paragraphs.push(table(["file", "change", "size", "reason"], rows));
  if (more > 0) paragraphs.push(`… and ${more} more.`);
  return `${paragraphs.join("\n\n")}\n`;
}
