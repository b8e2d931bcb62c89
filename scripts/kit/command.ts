import { parseArgs } from "node:util";
import { LocalError } from "../../local/errors.ts";
import { asMeant, swallowedOptions } from "./swallowed-options.ts";

export interface Option {
  readonly type: "boolean" | "string";
  readonly help: string;
  readonly default?: string;
}

interface CommandSpec<Options extends Readonly<Record<string, Option>>> {
  /** How people call it, e.g. `npm start`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
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
export async function command<const Options extends Readonly<Record<string, Option>>>(
  spec: CommandSpec<Options>,
  body: (values: Values<Options>) => Promise<number>,
): Promise<void> {
  const values = parse(spec);
  if (values === undefined) return;
  try {
    process.exitCode = await body(values);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}

function parse<Options extends Readonly<Record<string, Option>>>(
  spec: CommandSpec<Options>,
): Values<Options> | undefined {
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
    const { values } = parseArgs({ args: given, options: known, strict: true, allowPositionals: false });
    if (values.help) {
      console.log(helpText(spec.usage, spec.summary, known));
      return undefined;
    }
    const filled = Object.entries(spec.options).map(([name, option]) => [
      name,
      values[name] ?? (option.type === "boolean" ? false : option.default),
    ]);
    return Object.fromEntries(filled) as Values<Options>;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    console.error(helpText(spec.usage, spec.summary, known));
    process.exitCode = 2;
    return undefined;
  }
}

function helpText(usage: string, summary: string, options: Readonly<Record<string, Option>>): string {
  const left = (name: string): string => `--${name}${options[name]?.type === "string" ? " <value>" : ""}`;
  const width = Math.max(20, ...Object.keys(options).map((name) => left(name).length));
  const rows = Object.entries(options).map(([name, { help }]) => `  ${left(name).padEnd(width)} ${help}`);
  const separator = usage.includes(" -- ") ? "" : "-- ";
  return [`${summary}\n`, `Usage: ${usage} ${separator}[options]\n`, "Options:", ...rows].join("\n");
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
