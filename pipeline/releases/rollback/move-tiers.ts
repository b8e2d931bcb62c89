import type { Runner } from "../../kit/runner.ts";
import type { BeforeChange, Tiers } from "../put-back/tier.ts";
import type { Attempt } from "../store/attempt.ts";
import type { Tier } from "../store/keys.ts";
import type { RollbackPlan } from "./plan.ts";

/** The attempt's barrier before a tier: from there on it may have moved. */
export function barrierOf(attempt: Pick<Attempt, "move">, tier: Tier): BeforeChange {
  return (from) => attempt.move(tier, from);
}

/**
 * Moves every tier to the target, each behind its barrier. The site goes first and the API after it, since an older site
 * may meet a newer API; when the target is newer than what is live it is the other way round, as in a deploy.
 */
export async function moveTiers(
  attempt: Attempt,
  { targetManifest, liveManifest, schema, relation }: RollbackPlan,
  tiers: Tiers,
  runner: Pick<Runner, "info">,
): Promise<void> {
  const say = (line: string): void => runner.info(line);
  const putSite = () => tiers.site.put(targetManifest, null, barrierOf(attempt, "site"));
  const putApi = () => tiers.api.put(targetManifest, null, barrierOf(attempt, "api"));
  const down = async (names: readonly string[]): Promise<void> => {
    if (names.length === 0) return;
    await attempt.move("schema", { reverted: [...schema.beforeApi, ...schema.afterApi] });
    const reverted = await tiers.schema.revert(liveManifest, names);
    say(`reverted ${reverted.join(", ") || "nothing: none was applied"}`);
  };
  if (relation === "ahead") {
    say(await tiers.schema.migrate(targetManifest, barrierOf(attempt, "schema")));
    say(await putApi());
    say(await putSite());
    return;
  }
  say(await putSite());
  await down(schema.beforeApi);
  say(await putApi());
  await down(schema.afterApi);
}
