import { fit, padTo, plainText, widthOf, wrap } from "../display/text.ts";

/** A comment's Markdown as plain lines: what only a browser understands left out, tables aligned, all within the width. */
export function commentLines(body: string, columns: number): string[] {
  const lines = body
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<summary>([\s\S]*?)<\/summary>/gi, "\n$1:\n")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .split("\n")
    .map(plainText);
  const shown: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = lines.findIndex((line, index) => index >= at && !isRow(line));
    const rows = lines.slice(at, end < 0 ? lines.length : end);
    if (rows.length > 0) shown.push(...tableLines(rows, columns));
    else shown.push(...wrap(unmarked(lines[at] as string), columns));
    at += Math.max(rows.length, 1);
  }
  return shown;
}

const isRow = (line: string): boolean => line.trimStart().startsWith("|");

const isRuler = (line: string): boolean => /^[\s|:-]+$/.test(line);

function unmarked(line: string): string {
  return line.replace(/^#{1,6} /, "").replaceAll(/\*\*|`/g, "");
}

/** The rows in columns as wide as their cells; where that is too wide, the widest columns are cut. */
function tableLines(rows: readonly string[], columns: number): string[] {
  const cells = rows
    .filter((row) => !isRuler(row))
    .map((row) =>
      row
        .trim()
        .replace(/^\||(?<!\\)\|$/g, "")
        .split(/(?<!\\)\|/)
        .map((cell) => unmarked(cell.trim().replaceAll("\\|", "|"))),
    );
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ""))),
  );
  for (let excess = widths.reduce((sum, width) => sum + width + 2, -2) - columns; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return cells.map((row) =>
    fit(
      widths
        .map((width, column) => padTo(fit(row[column] ?? "", width), width))
        .join("  ")
        .trimEnd(),
      columns,
    ),
  );
}
