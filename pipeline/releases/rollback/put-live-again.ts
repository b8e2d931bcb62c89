import type { Tiers } from "../put-back/tier.ts";
import type { Attempt } from "../store/attempt.ts";
import type { Environment } from "../store/environment.ts";
import { type AttemptRecord, readAttempt } from "../store/ledger.ts";
import { tiersOf } from "../store/release-tiers.ts";
import { barrierOf } from "./move-tiers.ts";

/**
 * Puts the live release's API and site in place again; where it has neither, its migrations. `isNewer` than
 * what the attempt before was for, see `lastWentBack`, decides the order, so that no site ever meets an API older than itself.
 */
export async function putLiveAgain(attempt: Attempt, tiers: Tiers, isNewer: boolean): Promise<void> {
  const { manifest } = attempt;
  const put = {
    api: () => manifest.api && tiers.api.put(manifest, null, barrierOf(attempt, "api")),
    site: () => manifest.site && tiers.site.put(manifest, null, barrierOf(attempt, "site")),
  };
  for (const tier of isNewer ? (["api", "site"] as const) : (["site", "api"] as const)) await put[tier]();
  if (!manifest.site && !manifest.api) await tiers.schema.migrate(manifest, barrierOf(attempt, "schema"));
  const last = tiersOf(manifest).at(-1);
  if (last) await attempt.arrive(last);
}

/**
 * Whether the last attempt but for repairs moved its site before its API, as a rollback to an older release does: what was
 * live, and is to be again, is newer than what it was for. A rollback to a newer one moves as a deploy does.
 */
export async function lastWentBack(
  { name, store }: Environment,
  last: Pick<AttemptRecord, "seq" | "begin" | "moved"> | undefined,
): Promise<boolean> {
  let attempt = last;
  while (attempt?.begin.kind === "repair" && attempt.seq > 1) {
    attempt = await readAttempt(store, name, attempt.seq - 1);
  }
  return attempt?.moved.find(({ tier }) => tier !== "schema")?.tier === "site";
}
