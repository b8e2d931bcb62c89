import { boolean, type Inputs, lines, optionalText, type Parser, text } from "../kit/inputs.ts";

const suiteName: Parser<string> = (value) => {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value))
    throw new Error("must be a name such as backend or end-to-end");
  return value;
};

export const inputs = {
  suite: suiteName,
  command: text,
  "check-command": optionalText,
  "test-database": boolean,
  "npm-token": optionalText,
  paths: lines,
  "paths-file": optionalText,
  job: optionalText,
  "github-token": optionalText,
} as const;

export type TestInputs = Inputs<typeof inputs>;
