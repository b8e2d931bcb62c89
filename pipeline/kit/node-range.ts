/** Whether some version of a major satisfies a range such as `>=20 <23`, `^22.1.0 || 24.x` or `18 - 22`. */
export function allowsMajor(range: string, major: number): boolean {
  return range.split("||").some((alternative) => {
    const between = /^\s*v?(\d+)\S*\s+-\s+v?(\d+)\S*\s*$/.exec(alternative);
    if (between) return Number(between[1]) <= major && major <= Number(between[2]);
    return [...alternative.matchAll(/(>=|<=|>|<|\^|~|=)?\s*v?(\d+|x|\*)((?:\.[\dx*]+)*)/g)].every(
      ([, operator = "", first, rest = ""]) => {
        if (first === "x" || first === "*") return true;
        const bound = Number(first);
        if (operator === ">=") return major >= bound;
        if (operator === ">") return /\.\d/.test(rest) ? major >= bound : major > bound;
        if (operator === "<=") return major <= bound;
        if (operator === "<") return /\.[1-9]/.test(rest) ? major <= bound : major < bound;
        return major === bound;
      },
    );
  });
}
