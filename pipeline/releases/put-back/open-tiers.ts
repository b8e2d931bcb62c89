import type { ActionContext } from "../../kit/action.ts";
import type { ApiTarget, SchemaTarget, SiteTarget } from "../environment/targets.ts";
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
    readonly schema: SchemaTarget;
  },
  context: ActionContext,
): Tiers {
  return {
    site: siteTier(targets.site, environment, context),
    api: apiTier(targets.api, environment, context),
    schema: schemaTier(targets.schema, environment, context),
  };
}
