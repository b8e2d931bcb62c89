import { lines } from "../kit/inputs.ts";

/** `NAME=value`, one per line; in a value `${NAME}` stands for what the throw-away database gives: DATABASE_URL, PGHOST and its like. */
export function environmentLines(text: string): ReadonlyMap<string, string> {
  return new Map(
    lines(text).map((line) => {
      const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(line) ?? [];
      if (name === undefined) throw new Error("must be NAME=value, one per line");
      return [name, value];
    }),
  );
}

/** The variables of the database, and what was given beside and in place of them. */
export function environmentFor(
  given: ReadonlyMap<string, string>,
  database: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const filled = [...given].map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)\}/g, (whole, of: string) => database[of] ?? whole),
  ]);
  return { ...database, ...Object.fromEntries(filled) };
}
