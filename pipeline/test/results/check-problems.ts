/** What a check found at a place: a type error, a rule that is broken. */
export interface CheckProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/**
 * The errors that tsc, ESLint, Biome and whoever writes `file:line:column: error` printed; lines have no terminal codes. Warnings are not
 * among them. Each once, in their order.
 */
export function checkProblems(lines: readonly string[]): readonly CheckProblem[] {
  const found = new Map<string, CheckProblem>();
  const add = (file: string, line: string, message: string): void => {
    const key = `${file}:${line} ${message}`;
    if (!found.has(key)) found.set(key, { file, line: Number(line), message });
  };
  /** The file whose findings follow, as ESLint lists them. */
  let heading: string | undefined;
  for (const [index, text] of lines.entries()) {
    // tsc, as it prints for files and for people: `a.ts(3,5): error TS2322: …` and `a.ts:3:5 - error TS2322: …`.
    const types = /^(.+?)(?:\((\d+),\d+\):|:(\d+):\d+ -) error (TS\d+: .*)$/.exec(text);
    const rule = /^ +(\d+):\d+ +error +(.*?)(?: {2,}(\S+))?$/.exec(text);
    const biome = /^(\S+\.\w+):(\d+):\d+ ((?:lint|suppressions|parse)\S*)(?: .*)?$/.exec(text);
    const plain = /^(\S+\.\w+):(\d+)(?::\d+)?: (?:fatal )?error:? (.*)$/.exec(text);
    if (types) add(types[1] ?? "", types[2] ?? types[3] ?? "", types[4] ?? "");
    else if (rule && heading) add(heading, rule[1] ?? "", [rule[2], rule[3]].filter(Boolean).join(" "));
    else if (biome)
      add(biome[1] ?? "", biome[2] ?? "", `${biome[3]}: ${biomeMessage(lines.slice(index + 1))}`);
    else if (plain) add(plain[1] ?? "", plain[2] ?? "", plain[3] ?? "");
    if (/^\S*\.\w+$/.test(text)) heading = text;
    else if (text.trim() === "") heading = lines[index + 1] === "" ? undefined : heading;
  }
  return [...found.values()];
}

/** `  × what is wrong`, some lines below; warnings and hints have other marks. */
function biomeMessage(lines: readonly string[]): string {
  const line = lines.slice(0, 4).find((one) => /^ {2}[×✖!i] /.test(one));
  return line?.slice(4) ?? "";
}
