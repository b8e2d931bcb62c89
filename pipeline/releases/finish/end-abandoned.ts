import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { EnvironmentLock } from "../environment/lock.ts";
import type { Environment } from "../store/environment.ts";
import { newestAttempt } from "../store/history.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { readLive } from "../store/live.ts";
import type { DeploymentView } from "../views/deployments.ts";
import { type EndAttempt, showEnd } from "./end-attempt.ts";
import type { EndedAttempt } from "./ended-attempt.ts";

interface Ways {
  readonly lock: EnvironmentLock;
  readonly endAttempt: EndAttempt;
  readonly deployments: DeploymentView;
}

/** Ends an attempt that its run left half done, as its own finish would have. The lock must be held under `token`. */
export async function endLeft(
  { name }: Pick<Environment, "name">,
  { seq, begin }: Pick<AttemptRecord, "seq" | "begin">,
  token: string,
  endAttempt: EndAttempt,
  runner: Pick<Runner, "info" | "notice">,
): Promise<EndedAttempt> {
  runner.notice(
    `attempt ${seq} of ${name} (${begin.kind} of ${begin.releaseId}, ${begin.run.url}) was left half done: ending it first`,
  );
  const ended = await endAttempt(seq, token, { failure: "its run ended before its finish" });
  runner.info(ended.verdict);
  return ended;
}

/**
 * Ends the attempt that is open where nobody works on it any more: whoever comes next does. undefined where none is open, or
 * where somebody at work holds the lock, for which it does not wait. One that has ended is shown so on the Deployments page,
 * where its own run may have died before it said it there.
 */
export async function endAbandoned(
  environment: Environment,
  { lock, endAttempt, deployments }: Ways,
  runner: Pick<Runner, "info" | "notice">,
): Promise<EndedAttempt | undefined> {
  const { name, store } = environment;
  const newest = async () => newestAttempt(store, name, (await readLive(store, name))?.live.seq);
  const last = await newest();
  if (!last) return undefined;
  if (last.end) {
    await showEnd(environment, last, last.end, deployments);
    return undefined;
  }
  const token = await takeAtOnce(lock, `end of ${last.begin.kind} ${last.begin.releaseId}`);
  if (token === undefined) return undefined;
  try {
    // Somebody may have ended it, and begun another one, before the lock was ours.
    const current = await newest();
    return current && !current.end
      ? await endLeft(environment, current, token, endAttempt, runner)
      : undefined;
  } finally {
    await lock.giveBack(token);
  }
}

async function takeAtOnce(lock: EnvironmentLock, operation: string): Promise<string | undefined> {
  try {
    return (await lock.take(operation, 0)).token;
  } catch (error) {
    if (error instanceof ActionError && error.code === "EnvironmentBusy") return undefined;
    throw error;
  }
}
