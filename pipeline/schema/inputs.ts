import { boolean, type Inputs, integer, optionalText, type Parser, text } from "../kit/inputs.ts";

const databaseUrl: Parser<string> = (value) => {
  if (value === "") {
    throw new Error("is required; in this repository's workflows it comes from the secret DATABASE_URL");
  }
  return value;
};

export const inputs = {
  release: optionalText,
  directory: text,
  "database-url": databaseUrl,
  "database-ca": optionalText,
  "lock-wait-seconds": integer(0, 86_400),
  "lock-timeout-ms": integer(1, 600_000),
  "statement-timeout-seconds": integer(1, 86_400),
  "dry-run": boolean,
  "aws-region": optionalText,
  "role-to-assume": optionalText,
} as const;

export type MigrateInputs = Inputs<typeof inputs>;
