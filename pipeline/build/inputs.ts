import { cacheRules, dispositionRules, encodingRules, typeRules } from "../bundle/header-rules.ts";
import { redirects } from "../bundle/redirects.ts";
import { apiPath } from "../bundle/release-location.ts";
import { ActionError } from "../kit/errors.ts";
import { type Inputs, lines, optionalText, text } from "../kit/inputs.ts";
import { recordedExtension } from "../workspace/recorded-extension.ts";

export const inputs = {
  "github-token": optionalText,
  "api-entry": optionalText,
  "api-path": apiPath,
  "site-command": optionalText,
  "site-directory": optionalText,
  "cache-control": cacheRules,
  "content-type": typeRules,
  "content-encoding": encodingRules,
  "content-disposition": dispositionRules,
  redirects,
  exclude: lines,
  "publish-anyway": lines,
  "written-at-deploy": lines,
  "migrations-directory": optionalText,
  "recorded-extension": recordedExtension,
  directory: text,
  paths: lines,
  "paths-file": optionalText,
} as const;

export type BuildInputs = Inputs<typeof inputs>;

const parts = ["api-entry", "site-directory", "migrations-directory"] as const;

/** Throws `InvalidInputs` where every part is left out: nothing would be in the release. */
export function requirePart(given: Pick<BuildInputs, (typeof parts)[number]>): void {
  if (parts.some((name) => given[name] !== "")) return;
  const names = parts.map((name) => `"${name}"`).join(", ");
  throw new ActionError("InvalidInputs", `inputs ${names} are all empty: nothing would be in the release`, {
    hint: "set those of them that the app has; each that is empty is left out of the release",
  });
}
