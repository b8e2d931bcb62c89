import type { BuiltInExecution } from "./built-in-execution.ts";

/** Reads an input that is true or false. */
export function booleanInput({ input }: Pick<BuiltInExecution, "input">, name: string): boolean {
  const value = input(name);
  if (!/^(true|false)$/i.test(value))
    throw new Error(`input "${name}" must be true or false, not "${value}"`);
  return value.toLowerCase() === "true";
}

/** Reads an input that is a whole number from 0 up. */
export function integerInput({ input }: Pick<BuiltInExecution, "input">, name: string): number {
  const value = input(name);
  if (!/^\d+$/.test(value)) throw new Error(`input "${name}" must be a whole number, not "${value}"`);
  return Number(value);
}
