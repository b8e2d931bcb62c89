import { boolean, type Inputs, oneOf, optionalText, text } from "../../kit/inputs.ts";
import { placeInputs } from "../inputs.ts";

export const inputs = {
  ...placeInputs,
  operation: oneOf("rollback", "resume", "repair"),
  to: optionalText,
  reason: optionalText,
  schema: oneOf("keep", "down"),
  "dry-run": boolean,
  "deploy-workflow": text,
} as const;

export type RollbackInputs = Inputs<typeof inputs>;
