import { type Manifest, migrationsOf } from "../../bundle/manifest.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { JsonValue, TierResult } from "../store/entries.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Store } from "../store/objects.ts";
import { hasTier, tierWords } from "../store/release-tiers.ts";
import { readReleaseManifest } from "../store/releases.ts";
import type { SchemaTier, Tiers } from "./tier.ts";

/** Puts one tier that the attempt moved back to the live release. Never rejects but for a cancelled job. */
export async function putBackTier(
  tier: Tier,
  attempt: AttemptRecord,
  live: Manifest,
  { store, tiers }: { readonly store: Store; readonly tiers: Tiers },
  signal: AbortSignal,
): Promise<TierResult> {
  const from = attempt.moved.find((entry) => entry.tier === tier)?.from ?? null;
  try {
    if (tier !== "schema" && !hasTier(live, tier)) {
      const note = `left as it is: ${live.id}, which is live, has no ${tierWords[tier]} and needs none`;
      return { tier, outcome: "left", note };
    }
    if (tier !== "schema") return { tier, outcome: "restored", note: await tiers[tier].put(live, from) };
    const read = () => readReleaseManifest(store, attempt.begin.releaseId);
    return { tier, ...(await putSchemaBack(tiers.schema, from, live, read)) };
  } catch (error) {
    signal.throwIfAborted();
    const hint = error instanceof ActionError && error.hint ? `; ${error.hint}` : "";
    return { tier, outcome: "failed", note: `${explain(error)}${hint}` };
  }
}

/**
 * Takes out what the attempt applied, by its own `down`, or applies again what a rollback took out. Whatever has no way
 * back stays: a deploy's migrations are safe for the release that was live when it began.
 */
async function putSchemaBack(
  schema: SchemaTier,
  from: JsonValue,
  live: Manifest,
  readAttempted: () => Promise<Manifest>,
): Promise<Omit<TierResult, "tier">> {
  // What `db-migrate` recorded as pending before its first change, and what a rollback did before it ran their `down`.
  const applied = namesIn(from, "pending");
  const reverted = namesIn(from, "reverted");
  if (!schema.isReachable) {
    const names = [...applied, ...reverted].join(", ");
    return {
      outcome: "left",
      note: `left with what was done to it (${names}): this step was given no database`,
    };
  }
  if (reverted.length > 0) return { outcome: "restored", note: await schema.migrate(live) };
  const manifest = await readAttempted();
  const oneWay = migrationsOf(manifest).filter(
    ({ name, reversible }) => applied.includes(name) && !reversible,
  );
  if (oneWay.length > 0) {
    const names = oneWay.map(({ name }) => name).join(", ");
    return {
      outcome: "left",
      note: `left as it is: ${names} has no way back; a deploy's migrations are safe for the live release`,
    };
  }
  const gone = await schema.revert(manifest, applied);
  return gone.length === 0
    ? { outcome: "left", note: "left, no migration of this attempt was recorded as applied", untouched: true }
    : { outcome: "restored", note: `reverted ${gone.join(", ")}` };
}

function namesIn(from: JsonValue, field: string): readonly string[] {
  if (typeof from !== "object" || from === null || Array.isArray(from)) return [];
  const names = (from as { readonly [name: string]: JsonValue })[field];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
