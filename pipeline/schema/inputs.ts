import { migrationEnv } from "../bundle/migration-env.ts";
import { boolean, type Inputs, integer, lines, oneOf, optionalText } from "../kit/inputs.ts";
import { recordedExtension } from "../workspace/recorded-extension.ts";
import { lint } from "./check-pending.ts";
import { databaseInputs } from "./database/address-inputs.ts";

export const inputs = {
  operation: oneOf("migrate", "baseline", "revert"),
  release: optionalText,
  directory: optionalText,
  "migrations-directory": optionalText,
  "recorded-extension": recordedExtension,
  "migration-env": migrationEnv,
  ...databaseInputs,
  "lock-wait-seconds": integer(0, 86_400),
  "lock-timeout-ms": integer(1, 600_000),
  "statement-timeout-seconds": integer(1, 86_400),
  "migration-timeout-seconds": integer(1, 86_400),
  "dry-run": boolean,
  to: optionalText,
  names: lines,
  "schema-dump": optionalText,
  "accept-differences": lines,
  lint,
  "aws-region": optionalText,
  "role-to-assume": optionalText,
} as const;

export type MigrateInputs = Inputs<typeof inputs>;
