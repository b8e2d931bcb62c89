import { lineText } from "./log-text.ts";

/**
 * Text that can neither leave its table cell nor become markup, a link, a mention or a reference, nor, where it begins a line, a
 * heading or a list; manifests and commits may come from anybody. GitHub finds mentions, issues and addresses in the text after Markdown, so what entities hide
 * from Markdown is kept apart by a zero-width space as well.
 */
export function cell(text: string): string {
  return plain(text)
    .replace(/&/g, "&amp;")
    .replace(/#(?=\w)/g, `#${apart}`)
    .replace(/</g, "&lt;")
    .replace(/[|`*_~$[\]\\]/g, entity)
    .replace(blockStart, entity)
    .replace(/@/g, `${entity("@")}${apart}`)
    .replace(/:\/\//g, `:${apart}//`)
    .replace(/\bwww\./gi, (start) => `${start.slice(0, 3)}${apart}.`);
}

/** The character that makes a heading, a quotation, a list, a rule or the underline of a heading of what begins a line. */
const blockStart = /^(?:#(?=#{0,5}(?:\s|$))|>|[-+](?=\s|$)|[-=](?=[-=\s]*$)|\d(?=\d{0,8}[.)](?:\s|$)))/;

const apart = "&#8203;";

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** Text on one line as a log or a terminal may show it: no control characters, no changes of direction, no runner commands. */
export function plain(text: string): string {
  return lineText(text);
}

export function code(text: string): string {
  // A backslash before a pipe would take the meaning of the one that keeps the pipe in its cell.
  const inside = plain(text)
    .replace(/`/g, "'")
    .replace(/\\(?=\\*\|)/g, "\u2216")
    .replace(/\|/g, "\\|");
  return `\`${inside === "" ? " " : inside}\``;
}

/** A link; its label is Markdown already. */
export function link(label: string, url: string): string {
  const address = new URL(url).href.replace(
    /[()|]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${label}](${address})`;
}

/** A Markdown table; cells are Markdown already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

export function folded(title: string, markdown: string, isOpen = false): string {
  return `<details${isOpen ? " open" : ""}><summary>${cell(title)}</summary>\n\n${markdown}\n\n</details>`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
