import type { Runner } from "../../kit/runner.ts";
import type { BeforeChange, Tiers } from "../put-back/tier.ts";
import type { Attempt } from "../store/attempt.ts";
import type { Tier } from "../store/keys.ts";
import { hasTier, tiersOf, tierWords } from "../store/release-tiers.ts";
import type { RollbackPlan } from "./plan.ts";

/** The attempt's barrier before a tier: from there on it may have moved. */
export function barrierOf(attempt: Pick<Attempt, "move">, tier: Tier): BeforeChange {
  return (from) => attempt.move(tier, from);
}

/**
 * Moves every tier that the target has to it, each behind its barrier. The site goes first and the API after it, since an
 * older site may meet a newer API; when the target is newer than what is live it is the other way round, as in a deploy.
 * What only the live release has stays as it is: nothing of the target asks for it.
 */
export async function moveTiers(
  attempt: Attempt,
  plan: RollbackPlan,
  tiers: Tiers,
  runner: Pick<Runner, "info">,
): Promise<void> {
  const { targetManifest: target, liveManifest, schema, relation } = plan;
  const say = (line: string): void => runner.info(line);
  const put = async (tier: "site" | "api"): Promise<void> => {
    if (hasTier(target, tier)) say(await tiers[tier].put(target, null, barrierOf(attempt, tier)));
    else if (hasTier(liveManifest, tier))
      say(`${tier} stays as it is: ${target.id} has no ${tierWords[tier]}`);
  };
  const down = async (names: readonly string[]): Promise<void> => {
    if (names.length === 0) return;
    await attempt.move("schema", { reverted: [...schema.beforeApi, ...schema.afterApi] });
    const reverted = await tiers.schema.revert(liveManifest, names);
    say(`reverted ${reverted.join(", ") || "nothing: none was applied"}`);
  };
  if (relation === "ahead") {
    if (hasTier(target, "schema")) {
      say(await tiers.schema.migrate(target, barrierOf(attempt, "schema")));
    }
    await put("api");
    await put("site");
  } else {
    await put("site");
    await down(schema.beforeApi);
    await put("api");
    await down(schema.afterApi);
  }
  const last = tiersOf(target).at(-1);
  if (last) await attempt.arrive(last);
}
