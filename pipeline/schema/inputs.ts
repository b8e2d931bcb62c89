import { boolean, type Inputs, integer, optionalText, type Parser } from "../kit/inputs.ts";
import { databaseInputs } from "./database/address-inputs.ts";

const extension: Parser<string> = (value) => {
  const known = ["", "js", "cjs", "mjs", "ts", "cts", "mts"];
  if (known.includes(value)) return value;
  throw new Error(`is none of ${known.slice(1).join(", ")}`);
};

export const inputs = {
  release: optionalText,
  directory: optionalText,
  "migrations-directory": optionalText,
  "recorded-extension": extension,
  ...databaseInputs,
  "lock-wait-seconds": integer(0, 86_400),
  "lock-timeout-ms": integer(1, 600_000),
  "statement-timeout-seconds": integer(1, 86_400),
  "dry-run": boolean,
  "aws-region": optionalText,
  "role-to-assume": optionalText,
} as const;

export type MigrateInputs = Inputs<typeof inputs>;
