// What foreign text looks like where it can do nothing: apps, databases, services and commits say what they like.
import { stripVTControlCharacters } from "node:util";

/** A longer line is no line for people; GitHub's page shows it cut as well. */
const longestLine = 8000;
/** GitHub cuts the message of an annotation there. */
const longestAnnotation = 4096;
/** GitHub shows no summary of a step at all beyond 1 MiB. */
const longestSummary = 300_000;

/** Marks of direction, which turn text round, and separators that some viewers take for the end of a line. */
const invisible = /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of one line or several as a log may show it, one line of the log for each: without terminal codes, control characters
 * and marks of direction, and with no meaning for the runner. That takes `::name::` after any blanks, and `##[name]` anywhere
 * in a line, for a command (ActionCommand.cs of github.com/actions/runner). What looks like an action's own claim is quoted.
 */
export function logText(text: string): string {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) => shortened(withoutCommands(line).replace(claim, "> "), longestLine))
    .join("\n");
}

const claim = /^(?=\s*made \S+ with sha256 )/i;

/** All of the text on one line, to stand anywhere in one. */
export function lineText(text: string): string {
  return shortened(withoutCommands(text.replace(/\s+/g, " ")).trim(), longestLine);
}

function withoutCommands(line: string): string {
  return withoutControls(line)
    .replace(/^(\s*):(?=:)/, "$1: ")
    .replace(/##(?=\[)/g, "# #");
}

/** The message of an annotation: what GitHub shows of it, and nothing that it obeys. */
export function annotationText(message: string): string {
  return shortened(logText(message), longestAnnotation);
}

/** The message with its remedy, which is whole however long the message is. */
export function withRemedy(message: string, hint: string | undefined): string {
  if (hint === undefined) return annotationText(message);
  const remedy = `. To fix it: ${logText(hint)}`;
  return `${shortened(logText(message), longestAnnotation - remedy.length)}${remedy}`;
}

/** Markdown as a summary or a comment may hold it; what is foreign in it is escaped where it is put there. */
export function summaryText(markdown: string): string {
  const text = markdown.split(/\r\n|[\n\r]/).map(withoutControls);
  return shortened(text.join("\n"), longestSummary);
}

function withoutControls(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/[^\P{Cc}\t]/gu, "")
    .replace(invisible, "");
}

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const note = `… (${text.length - longest} more characters)`;
  return `${text.slice(0, Math.max(0, longest - note.length)).replace(/[\ud800-\udbff]$/, "")}${note}`;
}

/** The line by which a job says which digest a result has: whoever finds it in the job's log knows that the job made it. */
export function claimLine(name: string, digest: string): string {
  return `made ${name} with sha256 ${digest}`;
}
