import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { Environment } from "../store/environment.ts";
import { readLedger } from "../store/history.ts";
import { parseHandle, type Tier } from "../store/keys.ts";
import { readAttempt } from "../store/ledger.ts";
import { readLive } from "../store/live.ts";
import { tiersOfAttempt } from "../store/release-tiers.ts";
import { readLock } from "../store/stored-lock.ts";
import { noWitnesses, type Witnesses } from "../views/condition.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { readReportContext } from "../views/report-context.ts";
import { conditionLine, endSection, frozenLine, releasesSection, sections } from "../views/sections.ts";
import { endAbandoned } from "./end-abandoned.ts";
import type { EndAttempt } from "./end-attempt.ts";
import type { EndedAttempt } from "./ended-attempt.ts";
import { liftOwnFreeze } from "./lift-own-freeze.ts";
import { endSummary, notLive, outputEnd } from "./report-end.ts";
import { reportOpen } from "./report-open.ts";
import type { SummaryLinks } from "./summary.ts";

interface FinishOptions {
  /** Of the attempt; "" for the one that this run began. */
  readonly handle: string;
  readonly lock: EnvironmentLock;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
  /** Throws `InvalidInputs` where the step was not told at which addresses these tiers are. */
  readonly requireAddresses: (tiers: readonly Tier[]) => void;
  /** Called under the lock, once a release is live. */
  readonly retain: () => Promise<void>;
  readonly links: SummaryLinks;
  readonly witnesses: Witnesses;
}

/**
 * Decides how this run's attempt ended, from the ledger alone. Green exactly when its release is live; in every other case
 * the first line says what is live now and why.
 */
export async function finish(
  environment: Environment,
  options: FinishOptions,
  context: ActionContext,
): Promise<void> {
  const { lock, endAttempt } = options;
  const seq = await attemptOfRun(environment, options.handle, context.run);
  if (typeof seq !== "number") return nothingBegan(environment, seq, options, context);
  const { begin, end } = await readAttempt(environment.store, environment.name, seq);
  if (end) {
    const ended = await asOfNow(environment, await endAttempt(seq, begin.lock));
    await report(environment, ended, options, context);
    return;
  }
  options.requireAddresses(tiersOfAttempt(begin));
  const { token } = await lock.take(`finish of ${begin.releaseId}`);
  let ended: EndedAttempt | undefined;
  try {
    ended = await endAttempt(seq, token);
    if (ended.outcome === "live") await options.retain();
  } catch (error) {
    if (!ended)
      await reportOpen({ environment: environment.name, begin, ...cutOff(error, context) }, context);
    throw error;
  } finally {
    await lock.giveBack(token);
  }
  await report(environment, ended, options, context);
}

function cutOff(error: unknown, { signal }: Pick<ActionContext, "signal">) {
  return {
    what: signal.aborted
      ? "was not ended before the job was cancelled"
      : `could not be ended (${explain(error)})`,
    next: "Run this job again; the next push, rollback or resume ends it too.",
  };
}

/**
 * The attempt that the handle names, or that this run began: the job with the handle may have died before it could say so.
 * "before" where an earlier attempt at this run began one, and ended it.
 */
async function attemptOfRun(
  { name, store }: Environment,
  handle: string,
  run: Pick<ActionContext["run"], "runId" | "runAttempt">,
): Promise<number | "before" | "none"> {
  if (handle !== "") {
    const address = parseHandle(handle);
    if (address.environment === name && address.bucket === store.bucket) return address.seq;
    throw new ActionError(
      "InvalidInputs",
      `input "attempt" is of another environment or bucket: "${handle}"`,
      {
        hint: "give finish the same environment and artifacts-bucket as begin",
      },
    );
  }
  const { attempts } = await readLedger(store, name, attemptsSearched);
  const ours = attempts.find(({ begin }) => begin.run.id === run.runId);
  if (!ours) return "none";
  // The run was started again, and this time nothing began: how it ended then is not how it ended now.
  const isFromBefore = ours.end !== undefined && ours.begin.run.attempt < run.runAttempt;
  return isFromBefore ? "before" : ours.seq;
}

/** How far back a run's own attempt can be: others may have taken its lock over and begun since. */
const attemptsSearched = 5;

/** What an attempt that ended before is to be told like: another release may have gone live since. */
async function asOfNow({ name, store }: Environment, ended: EndedAttempt): Promise<EndedAttempt> {
  const live = (await readLive(store, name))?.live;
  if (!live || live.releaseId === ended.liveReleaseId) return ended;
  return {
    ...ended,
    liveReleaseId: live.releaseId,
    previousReleaseId: live.previousReleaseId,
    verdict: `${live.releaseId} is live in ${name} now; attempt ${ended.attempt.seq} ended before it: ${ended.verdict}`,
  };
}

/**
 * Nothing of this run is open: it was refused, or never got so far. What it leaves at most is its lock and, of a rollback, its
 * freeze. What another run left half done is ended all the same.
 */
async function nothingBegan(
  environment: Environment,
  ours: "before" | "none",
  { lock, endAttempt, deployments, witnesses }: FinishOptions,
  context: ActionContext,
): Promise<void> {
  const { name, store } = environment;
  const { runner, run } = context;
  if ((await readLock(store, name))?.run.id === run.runId) {
    const { token } = await lock.take("finish");
    await lock.giveBack(token);
  }
  if (ours === "none") await liftOwnFreeze(environment, context);
  await endAbandoned(environment, { lock, endAttempt, deployments }, runner);
  const around = await readReportContext(environment, context, witnesses);
  const verdict = `${conditionLine(around)}; no attempt began in this run`;
  const live = around.overview?.live?.releaseId ?? null;
  runner.output("outcome", "unchanged");
  runner.output("live-release-id", live ?? "");
  await runner.summary(
    sections(
      `### ${cell(verdict)}`,
      // A freeze is why, and says itself what lifts it.
      around.overview?.freeze ? "" : "**What to do:** see why in the job before this one.",
      endSection(around),
      frozenLine(around),
      releasesSection(around, live),
    ),
  );
  throw new ActionError("NotLive", verdict, { hint: "see why in the job before this one" });
}

async function report(
  environment: Environment,
  ended: EndedAttempt,
  { links, witnesses }: Pick<FinishOptions, "links" | "witnesses">,
  context: ActionContext,
): Promise<void> {
  const { runner } = context;
  outputEnd(ended, runner);
  // What is live was looked at to end it; only of what is open since is GitHub asked.
  const around = await readReportContext(environment, context, { ...noWitnesses, lifeOf: witnesses.lifeOf });
  await runner.summary(await endSummary(environment, ended, links, context, around));
  if (ended.outcome !== "live") throw notLive(ended);
  runner.info(ended.verdict);
}
