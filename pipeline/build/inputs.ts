import { isAbsolute, normalize } from "node:path";
import {
  cacheRules,
  dispositionRules,
  encodingRules,
  metadataRules,
  typeRules,
} from "../bundle/header-rules.ts";
import { migrationEnv } from "../bundle/migration-env.ts";
import { precompressions } from "../bundle/precompressed.ts";
import { redirects } from "../bundle/redirects.ts";
import { apiPath } from "../bundle/release-location.ts";
import { ActionError } from "../kit/errors.ts";
import { type Inputs, lines, oneOf, optionalText, type Parser, text } from "../kit/inputs.ts";
import { recordedExtension } from "../workspace/recorded-extension.ts";

/** `NAME=value`, one per line. */
const environment: Parser<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(
    lines(value).map((line) => {
      const at = line.indexOf("=");
      if (!/^[A-Za-z_]\w*=/.test(line)) throw new Error("must be NAME=value, one per line");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );

/** A major of Node.js, as a number or in actions/setup-node's way of writing; 0 where it is not given. */
const nodeMajor: Parser<number> = (value) => {
  const major = /^(?:v?(\d+)(?:\.(?:x|\d+)){0,2})?$/.exec(value);
  if (major === null) throw new Error("must be a version of Node.js such as 24");
  return Number(major[1] ?? 0);
};

/** A major of PostgreSQL; 0 where it is not given. */
const postgresMajor: Parser<number> = (value) => {
  if (!/^(|[1-9]\d?)$/.test(value)) throw new Error("must be a major of PostgreSQL such as 16");
  return Number(value);
};

/** A folder of the repository without "./" and "/" at its ends; "" where it is not given. */
const folder: Parser<string> = (value) => {
  if (value === "") return "";
  const path = normalize(value).replace(/\/+$/, "");
  if (isAbsolute(path) || path.split("/").includes("..")) {
    throw new Error("must be a folder of the repository, relative to its root");
  }
  return path;
};

export const inputs = {
  job: optionalText,
  "github-token": optionalText,
  "npm-token": optionalText,
  "api-directory": folder,
  "api-command": optionalText,
  "api-architecture": oneOf("", "x64", "arm64"),
  "node-version": nodeMajor,
  "api-entry": optionalText,
  "api-path": apiPath,
  "build-env": environment,
  "site-command": optionalText,
  "site-directory": optionalText,
  "cache-control": cacheRules,
  "content-type": typeRules,
  "content-encoding": encodingRules,
  "content-disposition": dispositionRules,
  metadata: metadataRules,
  precompress: precompressions,
  redirects,
  exclude: lines,
  "publish-anyway": lines,
  "written-at-deploy": lines,
  "migrations-directory": optionalText,
  "recorded-extension": recordedExtension,
  "postgres-version": postgresMajor,
  "migration-env": migrationEnv,
  directory: text,
  paths: lines,
  "paths-file": optionalText,
} as const;

export type BuildInputs = Inputs<typeof inputs>;

const parts = ["api-directory", "api-entry", "site-directory", "migrations-directory"] as const;

/** Throws `InvalidInputs` where every part is left out, nothing would be in the release, and where the API is named twice. */
export function requirePart(given: Pick<BuildInputs, (typeof parts)[number]>): void {
  if (given["api-directory"] !== "" && given["api-entry"] !== "") {
    throw new ActionError("InvalidInputs", 'inputs "api-directory" and "api-entry" are both set', {
      hint: "give `api-directory` to ship the folder as it is, or `api-entry` to ship one bundled file",
    });
  }
  if (parts.some((name) => given[name] !== "")) return;
  const names = parts.map((name) => `"${name}"`).join(", ");
  throw new ActionError("InvalidInputs", `inputs ${names} are all empty: nothing would be in the release`, {
    hint: "set those of them that the app has; each that is empty is left out of the release",
  });
}
