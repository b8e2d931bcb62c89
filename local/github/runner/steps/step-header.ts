type Texts = Readonly<Record<string, string>>;

/** The inputs of a step as its log begins with them; those that are empty are left out. */
export function inputLines(inputs: Texts): readonly string[] {
  return block(
    "with:",
    Object.entries(inputs).filter(([, value]) => value !== ""),
  );
}

/** The `env` of a step as its log begins with it. */
export function environmentLines(env: Texts): readonly string[] {
  return block("env:", Object.entries(env));
}

function block(title: string, entries: readonly (readonly [string, string])[]): readonly string[] {
  return entries.length === 0 ? [] : [title, ...entries.map(([name, value]) => `  ${name}: ${value}`)];
}
