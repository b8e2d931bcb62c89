import { apiPath } from "../bundle/release-location.ts";
import type { Inputs, Parser } from "../kit/inputs.ts";

const optionalPath: Parser<string> = (value) => {
  if (value === "" || /^\/[^\s#]*$/.test(value)) return value;
  throw new Error("must be a path of the API such as /health");
};

/** How the API says which version it is, and that it is there; spread into the specification of whoever verifies. */
export const apiInputs = {
  "api-path": apiPath,
  "version-path": optionalPath,
  "health-path": optionalPath,
} as const;

export type ApiInputs = Inputs<typeof apiInputs>;
