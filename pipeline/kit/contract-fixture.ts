import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** What an action's `action.yml` declares, for tests that compare it with what the action reads and writes. */
export function declared(action: string): {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly defaults: Readonly<Record<string, string>>;
} {
  const file = new URL(`../../actions/${action}/action.yml`, import.meta.url);
  const { inputs = {}, outputs = {} } = parse(readFileSync(file, "utf8")) as {
    inputs?: Record<string, { default?: string }>;
    outputs?: object;
  };
  const defaults = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    inputs: Object.keys(inputs),
    outputs: Object.keys(outputs),
    defaults: Object.fromEntries(defaults),
  };
}
