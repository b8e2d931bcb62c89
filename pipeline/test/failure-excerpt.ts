import { stripVTControlCharacters } from "node:util";

const longest = 40;

/**
 * The part of a failed suite's output that says why: from the last summary of failures ("2 failing", as mocha writes it) on,
 * else its last lines.
 */
export function failureExcerpt(output: readonly string[]): string {
  const lines = output.map((line) => stripVTControlCharacters(line).trimEnd());
  const summary = lines.findLastIndex((line) => /^\s*\d+ failing\b/.test(line));
  const excerpt = summary === -1 ? lines.slice(-20) : lines.slice(summary);
  const shown = excerpt.slice(0, longest);
  if (excerpt.length > longest) shown.push(`… ${excerpt.length - longest} more lines in the log`);
  return shown.join("\n").trim();
}
