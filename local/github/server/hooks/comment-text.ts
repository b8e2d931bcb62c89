import { plainText, wrap } from "../../display/text.ts";

/** A comment's Markdown as plain lines: what only a browser understands left out, prose broken at the width. */
export function commentLines(body: string, columns: number): string[] {
  return body
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<summary>([\s\S]*?)<\/summary>/gi, "\n$1:\n")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .split("\n")
    .map(plainText)
    .flatMap((line) =>
      line.trimStart().startsWith("|") ? [line] : wrap(line.replaceAll("**", ""), columns),
    );
}
