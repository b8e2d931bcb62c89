/** What GitHub takes for a comment is 65,536 characters; the rest is for what is written around it. */
export const commentLimit = 60_000;

/** Parts of Markdown below each other. */
export function joined(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/**
 * The parts below each other within so many characters: where they do not fit, whole parts give way, the last ones first, so that
 * nothing ends in a word, a table or a fold; a first part that is too long alone ends between two words. `rest` says where the
 * whole is.
 */
export function fitted(parts: readonly string[], rest: string, limit: number): string {
  if (joined(parts).length <= limit) return joined(parts);
  const room = limit - rest.length - 4;
  const kept: string[] = [];
  let length = 0;
  for (const part of parts) {
    if (length + part.length > room) break;
    kept.push(part);
    length += part.length + 2;
  }
  const [first = ""] = parts;
  const [, words = ""] = kept.length > 0 ? [] : (/^([\s\S]*)\s/.exec(first.slice(0, room - 2)) ?? []);
  return joined(kept.length > 0 ? [...kept, rest] : [`${words} …`, rest]);
}
