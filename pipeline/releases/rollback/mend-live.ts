import { ActionError } from "../../kit/errors.ts";
import type { Session } from "../session.ts";
import { disagreement } from "../store/agreement.ts";
import { type AttemptSummary, attemptsBackwards } from "../store/history.ts";
import { keys } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { liveAfter, readLive, writeLive } from "../store/live.ts";
import { readText } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";

/** How `live.json` contradicts the ledger, or that it is torn, in words; undefined where it agrees. */
export async function contradictionOf(
  { store, environment }: Session,
  newest: AttemptRecord | undefined,
): Promise<string | undefined> {
  try {
    const live = (await readLive(store, environment))?.live ?? null;
    return disagreement(environment, live, newest)?.message;
  } catch (error) {
    if (error instanceof ActionError && error.code === "LedgerDamaged") return error.message;
    throw error;
  }
}

/**
 * Writes `live.json` anew from the newest attempt that ended live, where it is torn or contradicts the ledger; false
 * where it agrees. The lock must be held. Throws `LedgerDamaged` where the ledger does not know of any live release.
 */
export async function mendLive(session: Session, newest: AttemptRecord): Promise<boolean> {
  const { store, environment, context } = session;
  const why = await contradictionOf(session, newest);
  if (why === undefined) return false;
  context.runner.notice(why);
  const attempt = await newestLive(session, newest.seq);
  if (!attempt?.end) {
    throw new ActionError("LedgerDamaged", `${why}, and no attempt in the ledger ended live`, {
      hint: "restore the ledger's entries from the bucket's versions",
    });
  }
  const { begin, end } = attempt;
  const manifest = await readReleaseManifest(store, begin.releaseId);
  const live = liveAfter(begin, manifest, new Date(end.at), end.previousReleaseId);
  await writeLive(store, environment, live, await readText(store, keys.live(environment)));
  context.runner.info(`live.json names ${begin.releaseId} again, as attempt ${attempt.seq} left it`);
  return true;
}

async function newestLive(
  { store, environment, context }: Session,
  newest: number,
): Promise<AttemptSummary | undefined> {
  const attempts = attemptsBackwards(store, environment, newest, ({ message }) =>
    context.runner.warning(message),
  );
  for await (const attempt of attempts) if (attempt.end?.outcome === "live") return attempt;
  return undefined;
}
