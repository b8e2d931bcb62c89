import type { RunLife } from "../../github/run-life.ts";
import { explain } from "../../kit/errors.ts";
import type { Look, Seen } from "../environment/look.ts";
import type { AttemptKind, RunReference } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import type { AttemptSummary } from "../store/history.ts";
import type { Tier } from "../store/keys.ts";
import { movedTiers, readAttempt } from "../store/ledger.ts";
import type { Live } from "../store/live.ts";
import { readReleaseManifest } from "../store/releases.ts";

/** An attempt that has no end: until it gets one, what visitors get may be neither its release nor the one before. */
export interface OpenAttempt {
  readonly seq: number;
  readonly kind: AttemptKind;
  readonly releaseId: string;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly run: RunReference;
  readonly life: RunLife;
  /** Tiers that may have moved. */
  readonly moved: readonly Tier[];
}

/** How an environment is at this moment. Every view's words come from it, and from nothing else. */
export interface Condition {
  readonly open: OpenAttempt | null;
  /** Whether what visitors get is the live release, whole: by looking, or nobody knows. "no" where nothing ever was live. */
  readonly whole: Seen["whole"];
  /** What was seen, or why that is not known. */
  readonly seen: string;
}

/** Whom a view asks beside the release store. */
export interface Witnesses {
  readonly lifeOf: (run: RunReference) => Promise<RunLife>;
  readonly look: Look;
}

/** For a view that reaches nothing but the release store. */
export const noWitnesses: Witnesses = {
  lifeOf: async () => "unknown",
  look: async () => ({ whole: "unknown", words: "not looked at" }),
};

/** Finds out how the environment is, given what the release store says of it. Changes nothing. */
export async function readCondition(
  environment: Environment,
  live: Live | null,
  newest: AttemptSummary | undefined,
  { lifeOf, look }: Witnesses,
): Promise<Condition> {
  const [open, seen] = await Promise.all([
    newest && !newest.end ? openAttemptOf(environment, newest, lifeOf) : null,
    live ? seenOf(environment, live, look) : nothingLive,
  ]);
  // A rollback may have taken out migrations of the live release, which is not to be seen from outside.
  const isUnseen = open !== null && open.kind !== "deploy" && open.moved.includes("schema");
  return seen.whole === "yes" && isUnseen
    ? { open, whole: "unknown", seen: `${seen.words}; its schema was not looked at` }
    : { open, whole: seen.whole, seen: seen.words };
}

const nothingLive: Seen = { whole: "no", words: "no release was ever verified" };

async function openAttemptOf(
  { name, store }: Environment,
  { seq, begin }: AttemptSummary,
  lifeOf: Witnesses["lifeOf"],
): Promise<OpenAttempt> {
  const [life, attempt] = await Promise.all([lifeOf(begin.run), readAttempt(store, name, seq)]);
  const { kind, releaseId, by, at: since, run } = begin;
  return { seq, kind, releaseId, by, since, run, life, moved: movedTiers(attempt) };
}

async function seenOf({ store }: Environment, { releaseId }: Live, look: Look): Promise<Seen> {
  if (look === noWitnesses.look) return { whole: "unknown", words: "not looked at" };
  try {
    return await look(await readReleaseManifest(store, releaseId));
  } catch (error) {
    return { whole: "unknown", words: `not looked at: ${explain(error)}` };
  }
}
