import { cacheRules, typeRules } from "../lib/header-rules.ts";
import { type Inputs, lines, optionalText, text } from "../lib/inputs.ts";
import { redirects } from "../lib/redirects.ts";

export const inputs = {
  "github-token": optionalText,
  "api-entry": text,
  "site-command": text,
  "site-directory": text,
  "cache-control": cacheRules,
  "content-type": typeRules,
  redirects,
  "migrations-directory": text,
  directory: text,
  paths: lines,
} as const;

export type BuildInputs = Inputs<typeof inputs>;
