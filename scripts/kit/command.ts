import { parseArgs } from "node:util";
import { LocalError } from "../../local/errors.ts";
import { NotConfirmed } from "./confirm.ts";
import { exitCodes } from "./exit-codes.ts";
import { asMeant, swallowedOptions } from "./swallowed-options.ts";

export interface Option {
  readonly type: "boolean" | "string";
  readonly help: string;
  readonly default?: string;
}

interface CommandSpec<Options extends Readonly<Record<string, Option>>, Word extends string> {
  /** How people call it, e.g. `npm start`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
  /** What stands behind the options, where the command is about something that has no other name. */
  readonly word?: { readonly name: Word; readonly help: string };
  /** Where they are not those of the process. */
  readonly args?: readonly string[];
}

export type Values<Options extends Readonly<Record<string, Option>>> = {
  readonly [Name in keyof Options]: Options[Name]["type"] extends "boolean" ? boolean : string | undefined;
};

/**
 * Runs a developer command: `--help`, unknown options (exit code 2), and failures as one message with its remedy
 * (exit code 1). `body` returns the exit code.
 */
export async function command<
  const Options extends Readonly<Record<string, Option>>,
  const Word extends string = never,
>(
  spec: CommandSpec<Options, Word>,
  body: (values: Values<Options> & Readonly<Record<Word, string>>) => Promise<number>,
): Promise<void> {
  const values = parse(spec);
  if (values === undefined) return;
  try {
    process.exitCode = await body(values);
  } catch (error) {
    reportError(error);
    process.exitCode = error instanceof NotConfirmed ? 2 : 1;
  }
}

function parse<Options extends Readonly<Record<string, Option>>, Word extends string>(
  spec: CommandSpec<Options, Word>,
): (Values<Options> & Readonly<Record<Word, string>>) | undefined {
  const help = { type: "boolean", help: "show this text" } as const;
  const known: Record<string, Option> = { ...spec.options, help };
  const given = spec.args ?? process.argv.slice(2);
  const swallowed = swallowedOptions(Object.keys(known), given, process.env);
  if (swallowed.length > 0) {
    const taken = swallowed.map(({ name }) => `--${name}`).join(" and ");
    console.error(`error: nothing was done: npm kept ${taken} for itself (OptionSwallowed)`);
    console.error(`  what to do: put -- before the options: ${asMeant(spec.usage, known, swallowed, given)}`);
    process.exitCode = 2;
    return undefined;
  }
  try {
    const { values, positionals } = parseArgs({
      args: given,
      options: known,
      strict: true,
      allowPositionals: spec.word !== undefined,
    });
    if (values.help) {
      console.log(helpText(spec, known));
      return undefined;
    }
    if (spec.word !== undefined && positionals.length !== 1) {
      throw new Error(`it takes one <${spec.word.name}>, ${spec.word.help}, and got ${positionals.length}`);
    }
    const filled = Object.entries(spec.options).map(([name, option]) => [
      name,
      values[name] ?? (option.type === "boolean" ? false : option.default),
    ]);
    const word = spec.word === undefined ? [] : [[spec.word.name, positionals[0]]];
    return Object.fromEntries([...filled, ...word]) as Values<Options> & Readonly<Record<Word, string>>;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    console.error(helpText(spec, known));
    process.exitCode = 2;
    return undefined;
  }
}

function helpText(
  { usage, summary, word }: Pick<CommandSpec<never, string>, "usage" | "summary" | "word">,
  options: Readonly<Record<string, Option>>,
): string {
  const left = (name: string): string => `--${name}${options[name]?.type === "string" ? " <value>" : ""}`;
  const width = Math.max(20, ...Object.keys(options).map((name) => left(name).length));
  const rows = Object.entries(options).map(([name, { help }]) => `  ${left(name).padEnd(width)} ${help}`);
  const separator = usage.includes(" -- ") ? "" : "-- ";
  return [
    `${summary}\n`,
    `Usage: ${usage} ${separator}[options]${word ? ` <${word.name}>` : ""}\n`,
    "Options:",
    ...rows,
    ...exitLines(usage),
  ].join("\n");
}

/** What its exit codes mean: `npm start`, `npm run reset` and `npm run bench -- start` name their script in different places. */
function exitLines(usage: string): readonly string[] {
  const [, script = ""] = /^npm (?:run )?(\S+)/.exec(usage) ?? [];
  const meanings = exitCodes[script];
  if (meanings === undefined) return [];
  const wrong = "nothing was done: options are wrong, or a question was not answered with yes";
  return ["\nExit code:", `  0 ${meanings[0]}`, `  1 ${meanings[1]}`, `  2 ${wrong}`];
}

/** Prints what went wrong and what to do; a stack trace only for what nobody foresaw. */
export function reportError(error: unknown): void {
  if (error instanceof LocalError) {
    console.error(`error: ${error.message} (${error.code})`);
    console.error(`  what to do: ${error.hint}`);
  } else if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
    console.error("error: no space left on the disk (NoSpace)");
    console.error("  what to do: free some space; what was there before is unchanged");
  } else {
    console.error(error);
  }
}
