import { cell, code, count, table } from "../kit/markdown.ts";
import { formatBytes } from "./format.ts";
import { isEmpty, type SitePlan } from "./plan/plan.ts";
import type { ServedFile } from "./plan/served-file.ts";
import type { SyncResult } from "./sync-site.ts";

const linesShown = 200;
const rowsShown = 30;

/** The plan for the log, one line per change with its reason. */
export function planLines(plan: SitePlan): readonly string[] {
  const { puts, deletes } = firstOf(plan, linesShown);
  const more = plan.puts.length + plan.deletes.length - puts.length - deletes.length;
  return [
    ...puts.map(({ key, file, reason }) => `write   ${key}  ${sizeOf(file)}  (${reason})`),
    ...deletes.map(({ key, reason }) => `delete  ${key}  (${reason})`),
    ...(more === 0 ? [] : [`… and ${more} more`]),
    planSentence(plan),
  ];
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
  const { puts, deletes } = firstOf(plan, rowsShown);
  const more = plan.puts.length + plan.deletes.length - puts.length - deletes.length;
  const rows = [
    ...puts.map(({ key, file, reason }) => [code(key), "write", cell(sizeOf(file)), reason]),
    ...deletes.map(({ key, reason }) => [code(key), "delete", "", reason]),
  ];
  if (rows.length > 0) paragraphs.push(table(["file", "change", "size", "reason"], rows));
  if (more > 0) paragraphs.push(`… and ${more} more.`);
  return `${paragraphs.join("\n\n")}\n`;
}

function sizeOf({ bytes, redirect }: ServedFile): string {
  return redirect === undefined ? formatBytes(bytes) : `to ${redirect}`;
}

function firstOf({ puts, deletes }: SitePlan, most: number): Pick<SitePlan, "puts" | "deletes"> {
  return { puts: puts.slice(0, most), deletes: deletes.slice(0, Math.max(0, most - puts.length)) };
}

/** The plan as JSON, one change per line and piece by piece: of a large site it has more text than memory should hold. */
export function* planText({ puts, deletes, kept, stale }: SitePlan): Generator<string> {
  let piece = "{";
  for (const [name, changes] of Object.entries({ puts, deletes, kept, stale })) {
    piece += `${name === "puts" ? "" : ","}\n"${name}": [`;
    for (const [index, change] of changes.entries()) {
      piece += `${index === 0 ? "" : ","}\n${JSON.stringify(change)}`;
      if (piece.length < 65_536) continue;
      yield piece;
      piece = "";
    }
    piece += "\n]";
  }
  yield `${piece}\n}\n`;
}
