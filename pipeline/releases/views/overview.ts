import type { RunLife } from "../../github/run-life.ts";
import type { ActionError } from "../../kit/errors.ts";
import { disagreement } from "../store/agreement.ts";
import { type Freeze, readFreeze } from "../store/freeze.ts";
import { type AttemptSummary, attemptsBackwards, damageLines, readLedger } from "../store/history.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { type Live, readLive } from "../store/live.ts";
import type { Store } from "../store/objects.ts";
import { type Lock, readLock } from "../store/stored-lock.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { type Condition, noWitnesses, readCondition, type Witnesses } from "./condition.ts";

/** What people need to see in order to choose what to do next. */
export interface BriefOverview extends Condition {
  readonly live: Live | null;
  readonly freeze: Freeze | null;
  /** The releases among the newest attempts that were verified live. */
  readonly candidates: readonly Candidate[];
}

/** A lock, and whether the run that took it is at work. */
interface HeldLock extends Lock {
  readonly life: RunLife;
}

/** The state of an environment: all that people are shown of it. */
export interface Overview extends BriefOverview {
  readonly environment: string;
  readonly lock: HeldLock | null;
  /** The newest attempts, newest first. */
  readonly attempts: readonly AttemptRecord[];
  /** What is damaged in the ledger there, or contradicts `live.json`. */
  readonly problems: readonly ActionError[];
}

/**
 * Reads the state of the environment, with its last `attemptsRead` attempts. Changes nothing, and holds no lock: what looks
 * like a contradiction may be an attempt that ended between two reads, so only one that is found again is told.
 */
export async function readOverview(
  store: Store,
  environment: string,
  attemptsRead: number,
  witnesses: Witnesses = noWitnesses,
): Promise<Overview> {
  const overview = await observe(store, environment, attemptsRead, witnesses);
  return overview.problems.length === 0 ? overview : observe(store, environment, attemptsRead, witnesses);
}

/**
 * Reads the brief overview from the last `attemptsRead` attempts: of each only how it began and ended. What is damaged there is
 * left out: a summary of something else is not the place to tell it.
 */
export async function readBriefOverview(
  store: Store,
  environment: string,
  attemptsRead: number,
  witnesses: Witnesses = noWitnesses,
): Promise<BriefOverview> {
  const freezing = readFreeze(store, environment);
  // Whoever awaits it, below, learns of its failure.
  freezing.catch(() => undefined);
  const live = (await readLive(store, environment))?.live ?? null;
  const attempts: AttemptSummary[] = [];
  for await (const attempt of attemptsBackwards(store, environment, live?.seq ?? 1, () => undefined)) {
    if (attempts.push(attempt) === attemptsRead) break;
  }
  const condition = await readCondition({ name: environment, store }, live, attempts[0], witnesses);
  return { ...condition, live, freeze: (await freezing)?.freeze ?? null, candidates: candidatesOf(attempts) };
}

async function observe(
  store: Store,
  environment: string,
  attemptsRead: number,
  witnesses: Witnesses,
): Promise<Overview> {
  const [live, freeze, lock, { attempts, problems }] = await Promise.all([
    readLive(store, environment),
    readFreeze(store, environment),
    readLock(store, environment),
    readLedger(store, environment, attemptsRead),
  ]);
  const contradiction = disagreement(environment, live?.live ?? null, attempts[0]);
  const [condition, life] = await Promise.all([
    readCondition({ name: environment, store }, live?.live ?? null, attempts[0], witnesses),
    lock ? witnesses.lifeOf(lock.run) : ("unknown" as const),
  ]);
  return {
    ...condition,
    environment,
    live: live?.live ?? null,
    freeze: freeze?.freeze ?? null,
    lock: lock ? { ...lock, life } : null,
    attempts,
    candidates: candidatesOf(attempts),
    problems: [...problems, ...(contradiction ? [contradiction] : [])],
  };
}

/** What holds and what is held, one fact per line. */
export function overviewLines({
  live,
  open,
  whole,
  seen,
  freeze,
  lock,
  problems,
}: Overview): readonly string[] {
  return [
    `live    ${live ? `${live.releaseId}, verified ${live.verifiedAt}, attempt ${live.seq}` : "nothing"}`,
    `whole   ${whole}: ${seen}`,
    `open    ${open ? `attempt ${open.seq}, ${open.kind} of ${open.releaseId} since ${open.since}, its run is ${open.life}: ${open.run.url}` : "nothing"}`,
    `freeze  ${freeze ? `since ${freeze.since} by ${freeze.by}: ${freeze.reason}` : "none"}`,
    `lock    ${lock ? `${lock.by} (${lock.operation}) since ${lock.since}, its run is ${lock.life}: ${lock.run.url}` : "free"}`,
    ...damageLines(problems),
  ];
}
