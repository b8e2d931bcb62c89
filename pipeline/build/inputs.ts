import { cacheRules, typeRules } from "../bundle/header-rules.ts";
import { redirects } from "../bundle/redirects.ts";
import { type Inputs, lines, optionalText, text } from "../kit/inputs.ts";

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
