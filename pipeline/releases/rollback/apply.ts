import { migrateUp, revertSchema } from "../put-back/schema.ts";
import { putApi, putSite } from "../put-back/tiers.ts";
import type { Session } from "../session.ts";
import { openAttempt } from "../store/attempt.ts";
import type { JsonValue } from "../store/entries.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Choice } from "./choice.ts";

/**
 * Moves every tier to the target, each behind its barrier. The site goes first and the API after it, since an older site
 * may meet a newer API; when the target is newer than what is live it is the other way round, as in a deploy.
 */
export async function applyTarget(
  session: Session,
  choice: Choice,
  handle: string,
  begun: AttemptRecord,
): Promise<void> {
  const { context } = session;
  const { targetManifest, liveManifest, schema } = choice;
  const attempt = await openAttempt(session.s3, handle, context, begun);
  const barrier =
    (tier: Tier) =>
    (from: JsonValue): Promise<void> =>
      attempt.move(tier, from);
  const say = (line: string): void => context.runner.info(line);
  const down = async (names: readonly string[]): Promise<void> => {
    if (names.length === 0) return;
    await attempt.move("schema", { reverted: [...schema.beforeApi, ...schema.afterApi] });
    const reverted = await revertSchema(session, liveManifest, names);
    say(`reverted ${reverted.join(", ") || "nothing: none was applied"}`);
  };
  if (choice.relation === "ahead") {
    say(await migrateUp(session, targetManifest, barrier("schema")));
    say(await putApi(session, targetManifest, null, barrier("api")));
    say(await putSite(session, targetManifest, null, barrier("site")));
    return;
  }
  say(await putSite(session, targetManifest, null, barrier("site")));
  await down(schema.beforeApi);
  say(await putApi(session, targetManifest, null, barrier("api")));
  await down(schema.afterApi);
}
