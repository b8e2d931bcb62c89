import { type Candidate, candidatesOf } from "./candidates.ts";
import { type Freeze, readFreeze } from "./freeze.ts";
import { type AttemptRecord, recentAttempts } from "./ledger.ts";
import { type Live, readLive } from "./live.ts";
import { type Lock, readLock } from "./lock.ts";
import type { Store } from "./objects.ts";

/** How an environment stands: all that people are shown of it. */
export interface Overview {
  readonly environment: string;
  readonly live: Live | null;
  readonly freeze: Freeze | null;
  readonly lock: Lock | null;
  /** The newest attempts, newest first. */
  readonly attempts: readonly AttemptRecord[];
  /** The releases among them that were verified live. */
  readonly candidates: readonly Candidate[];
}

/** Reads how the environment stands, with its last `attemptsRead` attempts. Changes nothing. */
export async function readOverview(
  store: Store,
  environment: string,
  attemptsRead: number,
): Promise<Overview> {
  const [live, freeze, lock, attempts] = await Promise.all([
    readLive(store, environment),
    readFreeze(store, environment),
    readLock(store, environment),
    recentAttempts(store, environment, attemptsRead),
  ]);
  return {
    environment,
    live: live?.live ?? null,
    freeze: freeze?.freeze ?? null,
    lock: lock ?? null,
    attempts,
    candidates: candidatesOf(attempts),
  };
}

/** What holds and what is held, one fact per line. */
export function overviewLines({ live, freeze, lock }: Overview): readonly string[] {
  return [
    `live    ${live ? `${live.releaseId}, verified ${live.verifiedAt}, attempt ${live.seq}` : "nothing"}`,
    `freeze  ${freeze ? `since ${freeze.since} by ${freeze.by}: ${freeze.reason}` : "none"}`,
    `lock    ${lock ? `${lock.by} (${lock.operation}) since ${lock.since}: ${lock.run.url}` : "free"}`,
  ];
}
