import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { EnvironmentState } from "../environment/state.ts";
import { showEnd } from "../finish/end-attempt.ts";
import { type AttemptKind, type BeginEntry, runReference } from "../store/entries.ts";
import { type Environment, handleOf } from "../store/environment.ts";
import { type AttemptRecord, appendEntry } from "../store/ledger.ts";
import { confirmLock } from "../store/lock.ts";
import { tiersOf } from "../store/release-tiers.ts";
import { type DeploymentView, openDeployment } from "../views/deployments.ts";

/** What is to go live, and why. */
interface NewAttempt {
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
  environment: Environment,
  { last, live }: EnvironmentState,
  what: NewAttempt,
  deployments: DeploymentView,
  { clock, run }: Pick<ActionContext, "clock" | "run">,
): Promise<{ readonly handle: string; readonly attempt: AttemptRecord }> {
  const { name, store } = environment;
  const { manifest } = what;
  const entry: BeginEntry = {
    schema: 1,
    at: clock.now().toISOString(),
    previous: last?.tail ?? null,
    seq: (last?.seq ?? 0) + 1,
    kind: what.kind,
    releaseId: manifest.id,
    commit: manifest.commit,
    ...(manifest.api && { apiVersion: manifest.api.version }),
    tiers: tiersOf(manifest),
    subject: what.subject,
    author: what.author,
    live: live && { releaseId: live.releaseId, seq: live.seq },
    goesBackTo: what.goesBackTo,
    by: run.actor,
    run: runReference(run),
    lock: what.token,
    reason: what.reason,
  };
  await confirmLock(store, name, what.token, clock);
  const tail = await appendEntry(store, name, entry.seq, "begin", entry);
  const handle = handleOf(environment, entry.seq);
  await Promise.all([
    openDeployment(deployments, { handle, begin: entry }),
    last?.end && showEnd(environment, last, last.end, deployments),
  ]);
  const { seq } = entry;
  return { handle, attempt: { environment: name, seq, begin: entry, moved: [], end: undefined, tail } };
}
