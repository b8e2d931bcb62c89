import type { Parser } from "../kit/inputs.ts";

/** The ending under which databases have migrations on record; "" where it is that of their files. */
export const recordedExtension: Parser<string> = (value) => {
  const known = ["", "js", "cjs", "mjs", "ts", "cts", "mts"];
  if (known.includes(value)) return value;
  throw new Error(`is none of ${known.slice(1).join(", ")}`);
};
