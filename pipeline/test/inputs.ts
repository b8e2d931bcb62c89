import { boolean, type Inputs, integer, lines, optionalText, type Parser, text } from "../kit/inputs.ts";

const suiteName: Parser<string> = (value) => {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value))
    throw new Error("must be a name such as backend or end-to-end");
  return value;
};

/** A part of a minute may be given too; "" and 0 are no limit. */
const minutes: Parser<number> = (value) => {
  const number = Number(value);
  if (!(number >= 0)) throw new Error("must be a number of minutes");
  return number;
};

export const inputs = {
  suite: suiteName,
  command: text,
  "check-command": optionalText,
  reports: lines,
  "retry-failed": integer(0, 5),
  "limit-minutes": minutes,
  "test-database": boolean,
  "npm-token": optionalText,
  paths: lines,
  "paths-file": optionalText,
  job: optionalText,
  "github-token": optionalText,
} as const;

export type TestInputs = Inputs<typeof inputs>;
