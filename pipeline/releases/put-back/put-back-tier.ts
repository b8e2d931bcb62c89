import type { Manifest } from "../../bundle/manifest.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Session } from "../session.ts";
import type { JsonValue, TierResult } from "../store/entries.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { migrateUp, pendingOf, revertedOf, revertSchema } from "./schema.ts";
import { putApi, putSite } from "./tiers.ts";

/** Puts one tier that the attempt moved back to the live release. Never rejects but for a cancelled job. */
export async function putBackTier(
  session: Session,
  attempt: AttemptRecord,
  tier: Tier,
  live: Manifest,
): Promise<TierResult> {
  const from = attempt.moved.find((entry) => entry.tier === tier)?.from ?? null;
  try {
    if (tier === "site") return { tier, outcome: "restored", note: await putSite(session, live, from) };
    if (tier === "api") return { tier, outcome: "restored", note: await putApi(session, live, from) };
    return { tier, ...(await putSchemaBack(session, attempt, from, live)) };
  } catch (error) {
    session.context.signal.throwIfAborted();
    const hint = error instanceof ActionError && error.hint ? `; ${error.hint}` : "";
    return { tier, outcome: "failed", note: `${explain(error)}${hint}` };
  }
}

/**
 * Takes out what the attempt applied, by its own `down`, or applies again what a rollback took out. Whatever has no way
 * back stays: a deploy's migrations are safe for the release that was live when it began.
 */
async function putSchemaBack(
  session: Session,
  attempt: AttemptRecord,
  from: JsonValue,
  live: Manifest,
): Promise<Omit<TierResult, "tier">> {
  const applied = pendingOf(from);
  if (session.place["database-url"] === "") {
    const names = [...applied, ...revertedOf(from)].join(", ");
    return {
      outcome: "left",
      note: `left with what was done to it (${names}): this step has no database-url`,
    };
  }
  if (revertedOf(from).length > 0) return { outcome: "restored", note: await migrateUp(session, live) };
  const manifest = await readReleaseManifest(session.store, attempt.begin.releaseId);
  const oneWay = manifest.migrations.filter(({ name, reversible }) => applied.includes(name) && !reversible);
  if (oneWay.length > 0) {
    const names = oneWay.map(({ name }) => name).join(", ");
    return {
      outcome: "left",
      note: `left as it is: ${names} has no way back; a deploy's migrations are safe for the live release`,
    };
  }
  const reverted = await revertSchema(session, manifest, applied);
  return reverted.length === 0
    ? { outcome: "left", note: "left, no migration of this attempt was recorded as applied" }
    : { outcome: "restored", note: `reverted ${reverted.join(", ")}` };
}
