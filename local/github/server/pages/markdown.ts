import { ganttChart } from "./gantt.ts";
import { escapeHtml, Html } from "./html.ts";
import { inlineHtml } from "./markdown-inline.ts";

/**
 * Markdown as job summaries and comments use it, as safe HTML: headings, lists, tables, code, quotes, links, details.
 * What is not known is shown as text; nothing that the text says becomes script, style or an attribute.
 */
export function markdown(text: string): Html {
  const lines = text
    .replaceAll("\r\n", "\n")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split("\n");
  return new Html(blocks(lines));
}

/** Quotes in quotes and lists in lists beyond this are shown as they stand: nobody writes them, and they cost. */
const deepest = 8;

function blocks(lines: readonly string[], depth = 0): string {
  if (depth > deepest) return `<pre>${escapeHtml(lines.join("\n"))}</pre>`;
  let out = "";
  let at = 0;
  while (at < lines.length) {
    const [piece, next] = nextBlock(lines, at, depth);
    out += piece;
    at = next;
  }
  return out;
}

/** The HTML of the block that starts at the line, and the line after it. */
function nextBlock(lines: readonly string[], at: number, depth: number): [string, number] {
  const line = lines[at] as string;
  if (line.trim() === "") return ["", at + 1];
  const fence = /^ {0,3}(`{3,}|~{3,})\s*(\w*)/.exec(line);
  if (fence) return codeBlock(lines, at, fence[1] as string, fence[2] as string);
  const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    const level = (heading[1] as string).length;
    return [`<h${level}>${inlineHtml(heading[2] as string)}</h${level}>\n`, at + 1];
  }
  if (/^ {0,3}([-*_])( *\1){2,}\s*$/.test(line)) return ["<hr>\n", at + 1];
  if (
    isRow(line) &&
    /^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$/.test(lines[at + 1] ?? "") &&
    (lines[at + 1] ?? "").includes("|")
  ) {
    return table(lines, at);
  }
  if (/^ {0,3}>/.test(line)) {
    const end = endOf(lines, at, (next) => /^ {0,3}>/.test(next));
    const inner = lines.slice(at, end).map((quoted) => quoted.replace(/^ {0,3}> ?/, ""));
    return [`<blockquote>${blocks(inner, depth + 1)}</blockquote>\n`, end];
  }
  if (item.test(line)) return list(lines, at, depth);
  // A line of HTML stands for itself, as the opening and closing lines of details do.
  if (/^\s*<\/?(details|summary|table|thead|tbody|tr|ul|ol|h[1-6]|hr|pre|blockquote)\b/i.test(line)) {
    return [`${inlineHtml(line)}\n`, at + 1];
  }
  const end = endOf(lines, at, (next, index) => next.trim() !== "" && (index === at || !startsBlock(next)));
  return [
    `<p>${lines
      .slice(at, end)
      .map((text) => inlineHtml(text.trim()))
      .join("<br>\n")}</p>\n`,
    end,
  ];
}

const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

function startsBlock(line: string): boolean {
  return (
    /^ {0,3}(#{1,6}\s|>|`{3}|~{3}|<\/?(details|summary|table|ul|ol|h[1-6])\b)/i.test(line) || item.test(line)
  );
}

function codeBlock(lines: readonly string[], at: number, fence: string, language: string): [string, number] {
  const close = new RegExp(`^ {0,3}${fence[0] === "`" ? "`" : "~"}{${fence.length},}\\s*$`);
  const found = lines.findIndex((line, index) => index > at && close.test(line));
  const end = found < 0 ? lines.length : found;
  const content = lines.slice(at + 1, end).join("\n");
  const chart = language === "mermaid" ? ganttChart(content) : undefined;
  if (chart !== undefined) return [`${chart.text}\n`, end + 1];
  const label = language === "" ? "" : ` data-language="${escapeHtml(language)}"`;
  return [`<pre${label}><code>${escapeHtml(content)}</code></pre>\n`, end + 1];
}

function list(lines: readonly string[], at: number, depth: number): [string, number] {
  const [, indent = "", marker = ""] = item.exec(lines[at] as string) ?? [];
  const ordered = /\d/.test(marker);
  const items: string[][] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] as string;
    const own = item.exec(line);
    if (own && (own[1] as string).length <= indent.length) {
      if (/\d/.test(own[2] as string) !== ordered) break;
      items.push([own[3] as string]);
    } else if (
      line.trim() !== "" &&
      (/^\s/.test(line) || (!startsBlock(line) && lines[next - 1]?.trim() !== ""))
    ) {
      items.at(-1)?.push(line.slice(Math.min(indent.length + 2, line.length - line.trimStart().length)));
    } else if (line.trim() === "" && item.test(lines[next + 1] ?? "")) {
      items.at(-1)?.push("");
    } else {
      break;
    }
  }
  const tag = ordered ? "ol" : "ul";
  return [
    `<${tag}>${items.map((content) => `<li>${itemHtml(content, depth)}</li>`).join("\n")}</${tag}>\n`,
    next,
  ];
}

function itemHtml(lines: readonly string[], depth: number): string {
  const nested = lines.findIndex((line, index) => index > 0 && (startsBlock(line) || line === ""));
  const own = nested < 0 ? lines : lines.slice(0, nested);
  const [, box, rest] = /^\[([ xX])\] (.*)$/.exec(own[0] ?? "") ?? [];
  const first = box === undefined ? [...own] : [`${box === " " ? "☐" : "☑"} ${rest}`, ...own.slice(1)];
  return (
    first.map((line) => inlineHtml(line.trim())).join("<br>") +
    (nested < 0 ? "" : blocks(lines.slice(nested), depth + 1))
  );
}

function isRow(line: string): boolean {
  return line.includes("|");
}

function table(lines: readonly string[], at: number): [string, number] {
  const end = endOf(lines, at + 2, isRow);
  const aligns = cells(lines[at + 1] as string).map((cell) =>
    /^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left",
  );
  const row = (line: string, tag: "th" | "td"): string =>
    `<tr>${cells(line)
      .map((cell, index) => `<${tag} class="${aligns[index] ?? "left"}">${inlineHtml(cell)}</${tag}>`)
      .join("")}</tr>`;
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const head = row(lines[at] as string, "th");
  // What does not fit scrolls by itself, and its edge says that it goes on.
  return [
    `<div class="wide" tabindex="0"><table><thead>${head}</thead><tbody>${body.join("")}</tbody></table></div>\n`,
    end,
  ];
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** The first line from `at` on that does not match, or the end. */
function endOf(
  lines: readonly string[],
  at: number,
  matches: (line: string, index: number) => boolean,
): number {
  let end = at;
  while (end < lines.length && matches(lines[end] as string, end)) end += 1;
  return end;
}
