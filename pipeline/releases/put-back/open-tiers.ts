import type { ActionContext } from "../../kit/action.ts";
import type { AddressSource } from "../../schema/database/login.ts";
import type { ApiTarget, SiteTarget } from "../environment/targets.ts";
import type { Environment } from "../store/environment.ts";
import { apiTier } from "./api-tier.ts";
import { schemaTier } from "./schema-tier.ts";
import { siteTier } from "./site-tier.ts";
import type { Tiers } from "./tier.ts";

/** The ways to an environment's tiers, by where each of them is. Reaches nothing yet. */
export function openTiers(
  environment: Environment,
  targets: {
    readonly site: SiteTarget;
    readonly api: ApiTarget;
    /** undefined where the step was not told: then nothing of it can be changed. */
    readonly database: AddressSource | undefined;
  },
  context: ActionContext,
): Tiers {
  return {
    site: siteTier(targets.site, environment, context),
    api: apiTier(targets.api, environment, context),
    schema: schemaTier(targets.database, environment, context),
  };
}
