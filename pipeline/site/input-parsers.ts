import type { Parser } from "../kit/inputs.ts";

/** A folder of keys: "" or a path that ends with a slash, so that `site` never matches `site-old/`. */
export const keyPrefix: Parser<string> = (value) => {
  const prefix = value.replace(/^\/+|\/+$/g, "");
  if (prefix.split("/").some((part) => part === "." || part === "..") || prefix.includes("//")) {
    throw new Error("must be a folder of keys such as docs/latest");
  }
  return prefix === "" ? "" : `${prefix}/`;
};

/** Id of a CloudFront distribution; absent is "". */
export const distributionId: Parser<string> = (value) => {
  if (!/^[A-Z0-9]*$/.test(value)) throw new Error("must be the id of a distribution such as E1A2B3C4D5E6F7");
  return value;
};

/** The text of config.json, which must be JSON; absent is null. */
export const configText: Parser<string | null> = (value) => {
  if (value === "") return null;
  try {
    return `${JSON.stringify(JSON.parse(value), null, 2)}\n`;
  } catch {
    throw new Error("must be JSON");
  }
};
