import { type Inputs, oneOf, optionalText } from "../kit/inputs.ts";
import { environmentInputs } from "./environment/inputs.ts";

export const inputs = {
  ...environmentInputs,
  operation: oneOf("begin", "finish", "status", "pin", "unpin"),
  directory: optionalText,
  attempt: optionalText,
  "release-id": optionalText,
  reason: optionalText,
} as const;

export type ReleaseInputs = Inputs<typeof inputs>;
