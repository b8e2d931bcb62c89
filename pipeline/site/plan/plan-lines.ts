// A plan as people and programs read it.
import { formatBytes } from "../../kit/format-bytes.ts";
import { count } from "../../kit/markdown.ts";
import type { ServedFile } from "./served-file.ts";
import { isEmpty, type SitePlan } from "./site-plan.ts";

const linesShown = 200;

/** The plan for the log, one line per change with its reason. */
export function planLines(plan: SitePlan): readonly string[] {
  const { puts, deletes, more } = firstChanges(plan, linesShown);
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

export function sizeOf({ bytes, redirect }: ServedFile): string {
  return redirect === undefined ? formatBytes(bytes) : `to ${redirect}`;
}

/** So many changes of the plan, in its order, and how many more it has. */
export function firstChanges({ puts, deletes }: SitePlan, most: number) {
  const shown = { puts: puts.slice(0, most), deletes: deletes.slice(0, Math.max(0, most - puts.length)) };
  return { ...shown, more: puts.length + deletes.length - shown.puts.length - shown.deletes.length };
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
