// Promises that no test holds, by the words in which they are made.
import type { Promised } from "./promises.ts";

/** Words that promise. */
const strong =
  /\b(?:never|always|nobody|nothing|untouched|only when|only where|at most|whatever|the same bytes)\b/i;

/** Sentences and cells of a page's text that have a strong word and are in no list. */
export function unheldSentences(
  text: string,
  known: readonly Promised[],
  excepted: readonly string[],
): readonly string[] {
  // A cell of a word or two is a name, no sentence.
  return sentencesOf(text).filter(
    (sentence) =>
      strong.test(sentence) &&
      sentence.split(" ").length > 4 &&
      ![...known.map(({ words }) => words), ...excepted].some((words) => sentence.includes(words)),
  );
}

/** A page's prose in sentences, its tables in cells, on one line each; without code blocks and comments. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .replace(/^ *```[\s\S]*?^ *```$/gm, "\n\n")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split(/\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)/)
    .flatMap((block) => (block.trimStart().startsWith("|") ? block.split(/(?<!\\)\|/) : [block]))
    .map((block) => block.replace(/\s+/g, " ").trim())
    .flatMap((block) => block.split(/(?<=[.!?:;]) (?=[A-Z`*])/));
}
