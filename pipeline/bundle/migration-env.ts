import { lines, type Parser } from "../kit/inputs.ts";

/** A variable that the code of migrations reads; without a value it is the step's own. */
export interface MigrationVariable {
  readonly name: string;
  readonly value?: string;
}

/** `NAME=value`, or `NAME` for what the step has in its environment, one per line. */
export const migrationEnv: Parser<readonly MigrationVariable[]> = (text) =>
  lines(text).map((line) => {
    const [, name = "", rest] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(line) ?? [];
    if (name === "") throw new Error("must be NAME=value or NAME, one per line");
    return rest === undefined ? { name } : { name, value: rest };
  });

/** What a process that runs migrations gets of them; a variable that the step does not have is left out. */
export function environmentOf(
  variables: readonly MigrationVariable[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const given = variables.map(({ name, value = env[name] }) => [name, value] as const);
  return Object.fromEntries(given.filter((one): one is readonly [string, string] => one[1] !== undefined));
}
