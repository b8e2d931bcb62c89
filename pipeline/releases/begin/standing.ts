import type { Manifest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { conclude, showEnd } from "../finish/conclude.ts";
import { deploymentView, handleOf, isRunOver, runReference, type Session } from "../session.ts";
import { disagreement } from "../store/agreement.ts";
import type { AttemptKind, BeginEntry } from "../store/entries.ts";
import { newestAttempt } from "../store/history.ts";
import { type AttemptRecord, appendEntry } from "../store/ledger.ts";
import { type Live, readLive } from "../store/live.ts";
import { confirmLock } from "../store/lock.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { waitForSweep } from "../store/sweep.ts";
import { openDeployment } from "../views/deployments.ts";

/** What an environment has: the newest attempt, and what is live. */
export interface Standing {
  readonly last: AttemptRecord | undefined;
  readonly live: Live | null;
  readonly liveManifest: Manifest | null;
}

/** The newest attempt and what is live. `near` is the number of a recent attempt, where it is known. Throws `LedgerDamaged` where they contradict each other. */
export async function readStanding(
  { store, environment }: Session,
  near?: number,
): Promise<Omit<Standing, "liveManifest">> {
  const reading = readLive(store, environment).then((held) => held?.live ?? null);
  const [live, last] = await Promise.all([
    reading,
    newestAttempt(store, environment, near ?? (await reading)?.seq),
  ]);
  const damage = disagreement(environment, live, last);
  if (damage) throw damage;
  return { last, live };
}

/**
 * Ends what an earlier attempt left half done; then says what the environment has. The lock must be held under `token`;
 * `near` is the number of a recent attempt, where it is known.
 * Throws `LedgerDamaged` where ledger and `live.json` contradict each other, `UnfinishedAttempt` where the attempt could
 * not be ended whole.
 */
export async function settle(session: Session, token: string, near?: number): Promise<Standing> {
  const { store, context, environment } = session;
  const [read] = await Promise.all([readStanding(session, near), waitUntilSwept(session)]);
  let standing = read;
  if (standing.last && !standing.last.end) {
    const { seq, begin } = standing.last;
    context.runner.notice(
      `attempt ${seq} of ${environment} (${begin.releaseId}, ${begin.run.url}) was left half done: ending it first`,
    );
    const ended = await conclude(session, seq, token, { failure: "its run ended before its finish" });
    context.runner.info(ended.verdict);
    if (ended.outcome === "not-restored") {
      throw new ActionError("UnfinishedAttempt", ended.verdict, {
        hint: "run rollback.yml with operation repair, which has every input that putting back needs",
      });
    }
    standing = await readStanding(session);
  }
  const { live } = standing;
  return { ...standing, liveManifest: live && (await readReleaseManifest(store, live.releaseId)) };
}

/**
 * Nothing of what an attempt relies on is taken out of the store from here on: whoever wants to sees its lock. A sweep
 * works under its own environment's lock, so where that is held by this run now the sweep is dead.
 */
export async function waitUntilSwept(session: Session): Promise<void> {
  const { store, context } = session;
  await waitForSweep(store, {
    clock: context.clock,
    signal: context.signal,
    isOver: async ({ environment, run }) =>
      environment === session.environment || (await isRunOver(session, run)),
    onWait: ({ environment, run }) =>
      context.runner.info(`waiting until ${environment} has taken old releases out of the store: ${run.url}`),
  });
}

export interface NewAttempt {
  readonly kind: AttemptKind;
  readonly manifest: Manifest;
  /** First line of the commit's message. */
  readonly subject: string;
  readonly author: string;
  readonly reason: string;
  /** What `previous` will mean once it is live. */
  readonly goesBackTo: string | null;
  /** The lock is held under it. */
  readonly token: string;
}

/**
 * Writes the attempt's `begin.json` and shows it on GitHub: from here on a `finish` has to end it. Throws `LockLost` when
 * the lock was taken over while it was being prepared.
 */
export async function beginAttempt(
  session: Session,
  { last, live }: Standing,
  what: NewAttempt,
): Promise<{ readonly handle: string; readonly attempt: AttemptRecord }> {
  const { store, environment, context } = session;
  const { manifest } = what;
  const entry: BeginEntry = {
    schema: 1,
    at: context.clock.now().toISOString(),
    previous: last?.tail ?? null,
    seq: (last?.seq ?? 0) + 1,
    kind: what.kind,
    releaseId: manifest.id,
    commit: manifest.commit,
    apiVersion: manifest.api.version,
    subject: what.subject,
    author: what.author,
    live: live && { releaseId: live.releaseId, seq: live.seq },
    goesBackTo: what.goesBackTo,
    by: context.run.actor,
    run: runReference(context),
    lock: what.token,
    reason: what.reason,
  };
  await confirmLock(store, environment, what.token, context.clock);
  const tail = await appendEntry(store, environment, entry.seq, "begin", entry);
  const handle = handleOf(session, entry.seq);
  await Promise.all([
    openDeployment(deploymentView(session), { handle, begin: entry }),
    last?.end && showEnd(session, last, last.end),
  ]);
  const { seq } = entry;
  return { handle, attempt: { environment, seq, begin: entry, moved: [], end: undefined, tail } };
}
