import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { Tier } from "./keys.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** The workflow run that did something, as the store names it. */
export interface RunReference {
  readonly id: number;
  readonly attempt: number;
  readonly url: string;
}

/** This run, as the store names it. */
export function runReference({
  runId,
  runAttempt,
  url,
}: Pick<WorkflowRun, "runId" | "runAttempt" | "url">): RunReference {
  return { id: runId, attempt: runAttempt, url };
}

/**
 * How an attempt ended.
 * live: verified. put-back: what had moved was put back, and the release before answers. unchanged: nothing had moved.
 * not-restored: putting back failed too. nothing-to-restore: it failed where nothing had ever been live.
 */
export type Outcome = "live" | "put-back" | "unchanged" | "not-restored" | "nothing-to-restore";

export type AttemptKind = "deploy" | "rollback" | "repair" | "adopt";

/** What `live.json` said when the attempt began. */
interface LiveReference {
  readonly releaseId: string;
  readonly seq: number;
}

interface Chained {
  readonly schema: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** sha256 of the bytes of the entry before; null for the very first of an environment. */
  readonly previous: string | null;
}

export interface BeginEntry extends Chained {
  readonly seq: number;
  readonly kind: AttemptKind;
  readonly releaseId: string;
  readonly commit: string;
  /** Absent where the release has no API. */
  readonly apiVersion?: string;
  /** The tiers that the release has, in the order of a deploy; absent in entries of before, whose releases have all three. */
  readonly tiers?: readonly Tier[];
  /** First line of the commit's message; "" where nobody knows it. */
  readonly subject: string;
  /** Who wrote the commit; "" where nobody knows, absent in entries from before it was recorded. */
  readonly author?: string;
  readonly live: LiveReference | null;
  /** What `previous` will mean once this is live: the release that was live before it first went live. */
  readonly goesBackTo: string | null;
  readonly by: string;
  readonly run: RunReference;
  /** The token that the lock had then; whoever holds it under another one has taken the attempt over. */
  readonly lock: string;
  /** Why, where a person said so. */
  readonly reason: string;
}

export interface MovedEntry extends Chained {
  readonly tier: Tier;
  /** What the tier's own room needs to put it back. */
  readonly from: JsonValue;
  /** Nothing of it had to move: the release's last tier says so, since that all before it was done shows by its entry alone. */
  readonly untouched?: true;
}

/** How putting one tier back went. */
export interface TierResult {
  readonly tier: Tier;
  readonly outcome: "restored" | "left" | "failed";
  readonly note: string;
  /** It had begun to move, and nothing of it had changed yet. */
  readonly untouched?: true;
}

export interface RestoredTier extends TierResult {
  /** From when until when it took; ISO 8601, UTC. */
  readonly from: string;
  readonly until: string;
}

/** From here on the release goes live only after a `watched` that says it stayed right. */
export interface WatchEntry extends Chained {
  readonly seconds: number;
}

/** What verification found out, where it watched or failed. */
export interface WatchedEntry extends Chained {
  readonly outcome: "right" | "wrong";
  /** What was wrong; "" where nothing was. */
  readonly reason: string;
}

export interface EndEntry extends Chained {
  readonly outcome: Outcome;
  readonly reason: string;
  /** The release that is live from here on; null where nothing is. */
  readonly liveReleaseId: string | null;
  /** Where the outcome is live: the release to which `previous` leads from here. */
  readonly previousReleaseId: string | null;
  /** When deciding and verifying began, and so the last tier's own time ended at the latest; `at` says when it was over. */
  readonly since?: string;
  /** What was put back, in that order; absent where nothing had to be. */
  readonly restored?: readonly RestoredTier[];
}

export type Entry = BeginEntry | MovedEntry | WatchEntry | WatchedEntry | EndEntry;
