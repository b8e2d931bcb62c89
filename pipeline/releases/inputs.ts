import { boolean, type Inputs, oneOf, optionalText } from "../kit/inputs.ts";
import { lint } from "../schema/check-pending.ts";
import { environmentInputs } from "./environment/inputs.ts";
import { tierNames } from "./store/release-tiers.ts";

export const inputs = {
  ...environmentInputs,
  operation: oneOf("begin", "finish", "status", "pin", "unpin"),
  directory: optionalText,
  digest: optionalText,
  "shares-bundle-with": optionalText,
  "promoted-from": optionalText,
  "goes-on-to": optionalText,
  attempt: optionalText,
  "release-id": optionalText,
  reason: optionalText,
  "drop-tiers": tierNames,
  lint,
  "promotion-environment": optionalText,
  "require-protection": boolean,
} as const;

export type ReleaseInputs = Inputs<typeof inputs>;
