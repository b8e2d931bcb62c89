import { missingDatabase } from "../../schema/database/address-inputs.ts";
import { type RequireTiers, requireTierInputs } from "../environment/required-inputs.ts";
import type { Tiers } from "./tier.ts";

/**
 * What the tiers of a release take. A database is needed only of a release that has nothing else, since it alone can say
 * then whether that is live; the schema of any other stays as it is in a step that cannot reach it.
 */
export function tierRequirement(
  given: Parameters<typeof requireTierInputs>[0],
  { schema }: Pick<Tiers, "schema">,
): RequireTiers {
  return (tiers, why) => {
    requireTierInputs(given, tiers, why);
    if (!schema.isReachable && tiers.every((tier) => tier === "schema")) throw missingDatabase(why);
  };
}
