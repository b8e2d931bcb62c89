import type { Parser } from "../../kit/inputs.ts";

/** Parses the input `config`: the text of config.json, which must be JSON; absent is null. */
export const configText: Parser<string | null> = (value) => {
  if (value === "") return null;
  try {
    return `${JSON.stringify(JSON.parse(value), null, 2)}\n`;
  } catch {
    throw new Error("must be JSON");
  }
};
