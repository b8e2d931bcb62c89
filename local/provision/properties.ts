import { LocalError } from "../errors.ts";

/** What an environment property may refer to, as `${name}`. */
const factNames = [
  "database.url",
  "database.host",
  "database.port",
  "database.name",
  "database.user",
  "database.password",
  "database.ca",
  "database.ca-file",
  "bucket.media",
  "site.url",
  "site.origins",
  "api.url",
  "app.url",
  "aws.region",
  "secret",
] as const;

export type Facts = Readonly<Record<(typeof factNames)[number], string>>;

/** A property of the API's environment, before it is known what it refers to. */
export interface Property {
  readonly name: string;
  readonly value: string;
  /** Whether `${…}` is text like any other. */
  readonly isLiteral: boolean;
}

const reference = /\$\{([^}]*)\}/g;

/**
 * Reads `NAME=value` lines. Quotes around a value are taken off; between single ones nothing is a reference. Blank lines and those
 * that start with `#` say nothing. Throws `InvalidProperties` with every line that is wrong, by file and line.
 */
export function parseProperties(file: string, text: string): readonly Property[] {
  const problems: string[] = [];
  const lineOf = new Map<string, number>();
  const properties = text.split(/\r?\n/).flatMap((whole, index) => {
    const line = whole.trim();
    const problem = (what: string): void => void problems.push(`${file}:${index + 1}: ${what}`);
    if (line === "" || line.startsWith("#")) return [];
    const [, name, raw = ""] = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      // Not the line itself: it may hold half a password.
      problem("is not NAME=value");
      return [];
    }
    const before = lineOf.get(name);
    if (before !== undefined) problem(`"${name}" is set on line ${before} already`);
    lineOf.set(name, index + 1);
    const [, quote, quoted] = /^(["'])(.*)\1$/.exec(raw) ?? [];
    const property = { name, value: quoted ?? raw, isLiteral: quote === "'" };
    for (const fact of referencesOf(property)) {
      if (!isFact(fact)) problem(`"${name}" refers to "\${${fact}}", which nothing here is called`);
    }
    return [property];
  });
  if (problems.length === 0) return properties;
  throw new LocalError(
    "InvalidProperties",
    problems.join("\n"),
    `correct these lines; known are ${factNames.map((fact) => `\${${fact}}`).join(" ")}; between single quotes $ is a character`,
  );
}

/** The properties with what they refer to. Those that refer to something not yet known are left out. */
export function fillProperties(
  properties: readonly Property[],
  facts: Partial<Facts>,
): Readonly<Record<string, string>> {
  const known: Readonly<Record<string, string | undefined>> = facts;
  const filled = properties
    .filter((property) => referencesOf(property).every((fact) => known[fact] !== undefined))
    .map(({ name, value, isLiteral }) => [
      name,
      isLiteral ? value : value.replace(reference, (_, fact: string) => known[fact] ?? ""),
    ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

function referencesOf({ value, isLiteral }: Property): readonly string[] {
  return isLiteral ? [] : [...value.matchAll(reference)].map(([, fact = ""]) => fact);
}

function isFact(name: string): name is keyof Facts {
  return (factNames as readonly string[]).includes(name);
}
