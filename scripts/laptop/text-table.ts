import { fit as cut, padTo, widthOf } from "../../local/github/display/text.ts";

export interface Column {
  readonly name: string;
  /** Narrow terminals lose the columns with the highest number first; without one a column stays. */
  readonly givesWay?: number;
}

/** Below this width the last column says too little to be worth its place. */
const leastOfLast = 16;

/**
 * Rows of plain text aligned below their heading, within so many terminal columns: where they do not fit, columns give
 * way in their order, then the last column is cut.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const table = [columns.map(({ name }) => name), ...rows];
  const widths = columns.map((_, index) => Math.max(...table.map((row) => widthOf(row[index] ?? ""))));
  let shown = columns.map((_, index) => index);
  const needed = (): number => {
    const last = Math.min(widths[shown.at(-1) ?? 0] ?? 0, leastOfLast);
    return shown.slice(0, -1).reduce((sum, index) => sum + (widths[index] ?? 0) + 2, last);
  };
  const dispensable = shown
    .filter((index) => columns[index]?.givesWay !== undefined)
    .sort((a, b) => (columns[b]?.givesWay ?? 0) - (columns[a]?.givesWay ?? 0));
  for (const index of dispensable) {
    if (needed() <= width) break;
    shown = shown.filter((each) => each !== index);
  }
  return table.map((row) => {
    const line = shown.map((index) => padTo(row[index] ?? "", widths[index] ?? 0)).join("  ");
    return cut(line.trimEnd(), width);
  });
}
