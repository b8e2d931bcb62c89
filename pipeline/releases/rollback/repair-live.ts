import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import { disagreement } from "../store/agreement.ts";
import type { Environment } from "../store/environment.ts";
import { type AttemptSummary, attemptsBackwards } from "../store/history.ts";
import { keys } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { liveAfter, readLive, writeLive } from "../store/live.ts";
import { readText } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";

/** How `live.json` contradicts the ledger, or that it is torn, in words; undefined where it agrees. */
export async function contradictionOf(
  { name, store }: Environment,
  newest: AttemptRecord | undefined,
): Promise<string | undefined> {
  try {
    const live = (await readLive(store, name))?.live ?? null;
    return disagreement(name, live, newest)?.message;
  } catch (error) {
    if (error instanceof ActionError && error.code === "LedgerDamaged") return error.message;
    throw error;
  }
}

/**
 * Writes `live.json` anew from the newest attempt that ended live, where it is torn or contradicts the ledger; false
 * where it agrees. The lock must be held. Throws `LedgerDamaged` where the ledger does not know of any live release.
 */
export async function repairLive(
  environment: Environment,
  newest: AttemptRecord,
  runner: Pick<Runner, "info" | "notice" | "warning">,
): Promise<boolean> {
  const { name, store } = environment;
  const why = await contradictionOf(environment, newest);
  if (why === undefined) return false;
  runner.notice(why);
  const attempt = await newestLive(environment, newest.seq, runner);
  if (!attempt?.end) {
    throw new ActionError("LedgerDamaged", `${why}, and no attempt in the ledger ended live`, {
      hint: "restore the ledger's entries from the bucket's versions",
    });
  }
  const { begin, end } = attempt;
  const manifest = await readReleaseManifest(store, begin.releaseId);
  const live = liveAfter(begin, manifest, new Date(end.at), end.previousReleaseId);
  await writeLive(store, name, live, await readText(store, keys.live(name)));
  runner.info(`live.json names ${begin.releaseId} again, as attempt ${attempt.seq} left it`);
  return true;
}

async function newestLive(
  { name, store }: Environment,
  newest: number,
  runner: Pick<Runner, "warning">,
): Promise<AttemptSummary | undefined> {
  const attempts = attemptsBackwards(store, name, newest, ({ message }) => runner.warning(message));
  for await (const attempt of attempts) if (attempt.end?.outcome === "live") return attempt;
  return undefined;
}
