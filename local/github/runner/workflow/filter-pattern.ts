import type { NameFilter } from "./triggers.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
export function matchesPattern(pattern: string, name: string): boolean {
  let expression = "";
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (pattern.startsWith("**/", index) && (index === 0 || pattern[index - 1] === "/")) {
      expression += "(?:.*/)?";
      index += 2;
    } else if (pattern.startsWith("**", index)) {
      expression += ".*";
      index++;
    } else if (character === "*") expression += "[^/]*";
    else if (character === "?" || character === "+") expression += character;
    else if (character === "[" && pattern.includes("]", index)) {
      const end = pattern.indexOf("]", index);
      expression += `[${pattern.slice(index + 1, end).replace(/[\\^]/g, "\\$&")}]`;
      index = end;
    } else {
      const literal = character === "\\" ? (pattern[++index] ?? "\\") : character;
      expression += literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    }
  }
  return new RegExp(`^(?:${expression})$`, "s").test(name);
}

/** Whether a branch or tag passes: the last pattern that matches decides, and "!" patterns decide against. */
export function passesFilter({ only, ignore }: NameFilter, name: string): boolean {
  if (ignore !== undefined) return !matchesAny(ignore, name);
  return only === undefined || matchesAny(only, name);
}

/** Whether any of the changed files passes. Nothing known about changes passes: GitHub runs when it has no diff. */
export function passesPathFilter(filter: NameFilter, paths: readonly string[] | undefined): boolean {
  if (paths === undefined || isOpen(filter)) return true;
  return paths.some((path) => passesFilter(filter, path));
}

export function isOpen({ only, ignore }: NameFilter): boolean {
  return only === undefined && ignore === undefined;
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((matched, pattern) => {
    const negated = pattern.startsWith("!");
    return matchesPattern(negated ? pattern.slice(1) : pattern, name) ? !negated : matched;
  }, false);
}
