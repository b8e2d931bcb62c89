import { ActionError } from "./errors.ts";
import type { Runner } from "./runner.ts";

/** Turns the text of an input into its value, or throws a plain Error that says what a right value looks like. */
export type Parser<T> = (text: string) => T;

/** A non-empty text. */
export const text: Parser<string> = (value) => {
  if (value === "") throw new Error("is required");
  return value;
};

/** A text that may be absent; absent is "". Defaults belong in `action.yml`. */
export const optionalText: Parser<string> = (value) => value;

/** `true` or `false`, as YAML 1.2 writes them. */
export const boolean: Parser<boolean> = (value) => {
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  throw new Error("must be true or false");
};

/** A whole number between `min` and `max`, both included. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Parser<number> {
  return (value) => {
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };
}

/** One of the given words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new Error(`must be one of ${words.join(", ")}`);
    return word;
  };
}

/** A multi-line list: one entry per line, blank lines and `# comments` left out. */
export const lines: Parser<readonly string[]> = (value) =>
  value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

/** An absolute http or https address, without a trailing slash. */
export const url: Parser<string> = (value) => {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new Error("must be an http or https address");
  }
  return value.replace(/\/+$/, "");
};

/** Every input of an action by its kebab-case name; the same names as in its `action.yml`, which a test compares. */
export type InputSpec = Readonly<Record<string, Parser<unknown>>>;

export type Inputs<Spec extends InputSpec> = { readonly [Name in keyof Spec]: ReturnType<Spec[Name]> };

/**
 * Reads every input that the specification names.
 * Throws one `InvalidInputs` that lists all wrong ones by name, with the value given and what was expected.
 */
export function readInputs<Spec extends InputSpec>(runner: Pick<Runner, "input">, spec: Spec): Inputs<Spec> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, parse] of Object.entries(spec)) {
    const given = runner.input(name);
    try {
      values[name] = parse(given);
    } catch (error) {
      const shown = given === "" ? "" : `, not "${given}"`;
      problems.push(`input "${name}" ${error instanceof Error ? error.message : error}${shown}`);
    }
  }
  if (problems.length > 0) {
    throw new ActionError("InvalidInputs", problems.join("; "), {
      hint: "correct the step's `with:` block, and check that the variables and secrets it uses are set",
    });
  }
  return values as Inputs<Spec>;
}
