import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { Runner } from "../../kit/runner.ts";
import { beginAttempt } from "../begin/begin-attempt.ts";
import { endUnfinished } from "../begin/end-unfinished.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { WholeState } from "../environment/state.ts";
import { showEnd } from "../finish/end-attempt.ts";
import type { EndedAttempt } from "../finish/ended-attempt.ts";
import { endSummary, notLive, outputEnd } from "../finish/report-end.ts";
import { openAttempt } from "../store/attempt.ts";
import type { Environment } from "../store/environment.ts";
import { newestAttempt } from "../store/history.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { tiersOf, tiersOfAttempt } from "../store/release-tiers.ts";
import { readLock } from "../store/stored-lock.ts";
import type { Witnesses } from "../views/condition.ts";
import { readReportContext } from "../views/report-context.ts";
import { conditionLine, frozenLine, releasesSection, sections } from "../views/sections.ts";
import { lastWentBack, putLiveAgain } from "./put-live-again.ts";
import { contradictionOf, repairLive } from "./repair-live.ts";
import type { RollbackOptions } from "./roll-back.ts";

type RepairOptions = Omit<RollbackOptions, "retain">;

/**
 * Ends an attempt that was left half done, as its own finish would have. Where `live.json` contradicts the ledger it is
 * written anew from it; then, and where the last attempt could not be put back, site and API of the live release are put
 * in place again.
 */
export async function repair(
  environment: Environment,
  request: { readonly reason: string; readonly isDryRun: boolean },
  options: RepairOptions,
  context: ActionContext,
): Promise<void> {
  const { name, store } = environment;
  const { lock, endAttempt } = options;
  const { runner } = context;
  const last = await newestAttempt(store, name);
  const why = await reasonToRepair(environment, last);
  if (why === undefined || !last) {
    if (!request.isDryRun) await freeAbandonedLock(environment, lock, runner);
    if (last?.end) await showEnd(environment, last, last.end, options.deployments);
    return nothingToRepair(environment, options.witnesses, context);
  }
  if (request.isDryRun) {
    runner.info(`dry run: would repair attempt ${last.seq} (${last.begin.releaseId}): ${why}`);
    return;
  }
  options.requireTiers(tiersOfAttempt(last.begin), "to repair");
  const { token } = await lock.take("repair");
  let ended: EndedAttempt | undefined;
  try {
    const current = (await newestAttempt(store, name)) ?? last;
    const isRewritten = await repairLive(environment, current, runner);
    ended = current.end ? undefined : await endAttempt(current.seq, token);
    const outcome = ended?.outcome ?? current.end?.outcome;
    if (outcome === "not-restored" || isRewritten) {
      const state = await endUnfinished(environment, token, options, runner);
      ended = await restoreLive(environment, state, { token, reason: request.reason }, options, context);
    }
  } finally {
    await lock.giveBack(token);
  }
  if (!ended) return nothingToRepair(environment, options.witnesses, context);
  outputEnd(ended, runner);
  await runner.summary(await endSummary(environment, ended, options.links, context));
  if (ended.outcome === "not-restored") throw notLive(ended);
  runner.info(ended.verdict);
}

/** What there is to repair, in words; undefined where all is whole. */
async function reasonToRepair(
  environment: Environment,
  last: AttemptRecord | undefined,
): Promise<string | undefined> {
  const contradiction = await contradictionOf(environment, last);
  if (contradiction !== undefined) return contradiction;
  if (last && !last.end) return "unfinished";
  return last?.end?.outcome === "not-restored" ? "not-restored" : undefined;
}

/** Brings the live release's site and API back as an attempt of its own. */
async function restoreLive(
  environment: Environment,
  state: WholeState,
  { token, reason }: { readonly token: string; readonly reason: string },
  { tiers, requireTiers, endAttempt, deployments }: RepairOptions,
  context: ActionContext,
): Promise<EndedAttempt | undefined> {
  const { live, liveManifest: manifest } = state;
  if (!live || !manifest) return undefined;
  requireTiers(tiersOf(manifest), "to repair");
  const goesBackTo = live.previousReleaseId;
  const what = { kind: "repair", manifest, subject: "", author: "", reason, goesBackTo, token } as const;
  const begun = await beginAttempt(environment, state, what, deployments, context);
  const attempt = await openAttempt(environment.store.s3, begun.handle, context, begun.attempt);
  let failure: string | undefined;
  try {
    await putLiveAgain(attempt, tiers, await lastWentBack(environment, state.last));
  } catch (error) {
    failure = explain(error);
  }
  return endAttempt(begun.attempt.seq, token, failure === undefined ? {} : { failure, isBroken: true });
}

/** Gives the lock of a run back that died before its attempt began, or after it ended. One that is at work keeps it. */
async function freeAbandonedLock(
  { name, store }: Environment,
  lock: EnvironmentLock,
  runner: Pick<Runner, "notice">,
): Promise<void> {
  if (!(await readLock(store, name))) return;
  try {
    const { token } = await lock.take("repair", 0);
    await lock.giveBack(token);
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== "EnvironmentBusy") throw error;
    runner.notice(error.message);
  }
}

async function nothingToRepair(
  environment: Environment,
  witnesses: Witnesses,
  context: ActionContext,
): Promise<void> {
  const report = await readReportContext(environment, context, witnesses);
  const live = report.overview?.live?.releaseId ?? null;
  const line = `nothing to repair in ${environment.name}: its last attempt ended whole`;
  context.runner.info(line);
  context.runner.info(conditionLine(report));
  context.runner.output("outcome", "unchanged");
  await context.runner.summary(
    sections(
      `### ${cell(line)}`,
      cell(conditionLine(report)),
      frozenLine(report),
      releasesSection(report, live),
    ),
  );
}
