import { fit, padTo, plainText, widthOf, wrap } from "./text.ts";

/** The Markdown of a comment or a summary as plain lines: what only a browser understands left out, tables aligned, all within the width. */
export function markdownLines(body: string, columns: number): string[] {
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

/** The words of a line of Markdown: no elements, no marks, of links their label, and what entities stand for. */
export function unmarked(line: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return line
    .replace(/<[^>]*>/g, "")
    .replace(/^#{1,6} /, "")
    .replace(/\[([^\][]*)\]\([^()\s]*\)/g, "$1")
    .replaceAll(/\*\*|`/g, "")
    .replace(/&(?:#(\d{1,6})|([a-z]+));/g, (entity, number?: string, name = "") =>
      number === undefined ? (names[name] ?? entity) : String.fromCodePoint(Number(number)),
    )
    .replaceAll("\u200b", "");
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
