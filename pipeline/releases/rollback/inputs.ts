import { boolean, type Inputs, lines, oneOf, optionalText, text } from "../../kit/inputs.ts";
import { environmentInputs } from "../environment/inputs.ts";

export const inputs = {
  ...environmentInputs,
  operation: oneOf("rollback", "resume", "repair", "adopt"),
  to: optionalText,
  reason: optionalText,
  schema: oneOf("keep", "down"),
  "dry-run": boolean,
  "deploy-workflow": text,
  leave: lines,
} as const;

export type RollbackInputs = Inputs<typeof inputs>;
