import { stripVTControlCharacters } from "node:util";

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The line as a terminal may safely show it: no escape sequences, no control characters, no marks of direction, tabs as spaces. */
export function plainText(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll("\t", "  ")
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "");
}

/** How many columns a terminal needs for the text, which holds no escape sequences. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** The text cut to so many columns, with an ellipsis when anything is missing. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = wide.test(segment) ? 2 : 1;
    if (width + next > columns - 1) break;
    kept += segment;
    width += next;
  }
  return `${kept}…`;
}

/** The name of a job in so many columns. A called one's own name matters most: that of its caller, before ` / `, gives way first. */
export function fitJob(name: string, columns: number): string {
  const own = name.slice(Math.max(0, name.lastIndexOf(" / ")));
  const room = columns - widthOf(own);
  if (widthOf(name) <= columns || own === name || room < 2) return fit(name, columns);
  return `${fit(name.slice(0, -own.length), room)}${own}`;
}

export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** The text broken at spaces into lines of at most so many columns; words longer than that are cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    const indent = /^ */.exec(paragraph)?.[0] ?? "";
    let line = indent;
    for (const word of paragraph.trim().split(/ +/)) {
      const joined = line.trim() === "" ? `${indent}${word}` : `${line} ${word}`;
      if (widthOf(joined) <= columns || line.trim() === "") {
        line = joined;
      } else {
        lines.push(fit(line, columns));
        line = `${indent}${word}`;
      }
    }
    lines.push(fit(line, columns));
  }
  return lines;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Names of steps as people read them: without the 40 hex digits of a pinned action. */
export function shortName(name: string): string {
  return plainText(name).replace(/@[0-9a-f]{40}\b/g, "");
}
