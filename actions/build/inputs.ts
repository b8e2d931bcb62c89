import { type Inputs, lines, optionalText, text } from "../lib/inputs.ts";

export const inputs = {
  "github-token": optionalText,
  "api-entry": text,
  "site-command": text,
  "site-directory": text,
  "migrations-directory": text,
  directory: text,
  paths: lines,
} as const;

export type BuildInputs = Inputs<typeof inputs>;
