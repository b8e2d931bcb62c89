import type { Parser } from "../../kit/inputs.ts";

/** A path of the environment's address that answers with the version; "" where there is none. */
export const versionPath: Parser<string> = (value) => {
  if (value === "" || /^\/[^\s#]*$/.test(value)) return value;
  throw new Error('must be a path such as "/version", or empty');
};
