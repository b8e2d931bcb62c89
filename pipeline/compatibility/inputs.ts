import { type Inputs, integer, oneOf, optionalText, type Parser, text, url } from "../kit/inputs.ts";
import { environmentLines } from "./api-environment.ts";

export const inputs = {
  directory: text,
  folder: optionalText,
  "migration-env": environmentLines,
  "site-url": ((value) => (value === "" ? "" : url(value))) as Parser<string>,
  "postgres-version": integer(0, 99),
  level: oneOf("error", "warn"),
  job: text,
  "github-token": optionalText,
} as const;

export type CompatibilityInputs = Inputs<typeof inputs>;
