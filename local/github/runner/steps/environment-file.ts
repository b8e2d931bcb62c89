/**
 * Reads what a step appended to GITHUB_ENV, GITHUB_OUTPUT or GITHUB_STATE: `name=value` lines and
 * `name<<delimiter … delimiter` blocks. Throws a plain Error that quotes the line it cannot read.
 */
export function parseKeyValues(text: string): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const name = line.slice(0, heredoc);
      const delimiter = line.slice(heredoc + 2);
      if (name === "" || delimiter === "") {
        throw new Error(`invalid format "${line}": neither name nor delimiter may be empty`);
      }
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`"${name}": the closing delimiter "${delimiter}" was not found`);
      found.push([name, lines.slice(index + 1, end).join("\n")]);
      index = end;
    } else if (equals > 0) found.push([line.slice(0, equals), line.slice(equals + 1)]);
    else throw new Error(`invalid format "${line}": expected name=value`);
  }
  return found;
}

/** Reads what a step appended to GITHUB_PATH, in order. */
export function parsePathLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "");
}
