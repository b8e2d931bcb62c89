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
  const kept = plan.kept.length === 0 ? "" : `, ${plan.kept.length} old assets kept for open pages`;
  if (isEmpty(plan)) return `nothing to do: ${plan.unchanged} files are in place${kept}`;
  const counts = [
    `${plan.puts.length} to write`,
    `${plan.deletes.length} to delete`,
    `${plan.unchanged} unchanged`,
  ];
  return `${counts.join(", ")}${kept}`;
}

/** What was done, for the job summary. */
export function summaryOf(result: SyncResult, target: string, dryRun: boolean): string {
  const { plan } = result;
  const head = `### Site: ${dryRun ? "plan only, " : ""}${planSentence(plan)}\n\n\`${target}\`\n`;
  const changes = [
    ...plan.puts.map(({ key, file, reason }) => `| \`${key}\` | write | ${sizeOf(file)} | ${reason} |`),
    ...plan.deletes.map(({ key, reason }) => `| \`${key}\` | delete | | ${reason} |`),
  ];
  if (changes.length === 0) return head;
  const table = ["| file | change | size | reason |", "|---|---|---|---|", ...changes.slice(0, rowsShown)];
  const more = changes.length > rowsShown ? `\n… and ${changes.length - rowsShown} more.\n` : "";
  return `${head}\n${table.join("\n")}\n${more}`;
}

function sizeOf({ bytes, redirect }: ServedFile): string {
  return redirect === undefined ? formatBytes(bytes) : `to ${redirect}`;
}

function shortened(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `… and ${lines.length - most} more`];
}
