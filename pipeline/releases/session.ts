import type { S3Client } from "@aws-sdk/client-s3";
import { connectionTo } from "../aws/connection.ts";
import { s3Client } from "../aws/s3.ts";
import { transport } from "../aws/transport.ts";
import { type Octokit, octokitFor } from "../github/octokit.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import type { PlaceInputs } from "./inputs.ts";
import type { RunReference } from "./store/entries.ts";
import { formatHandle } from "./store/keys.ts";
import { acquireLock, type HeldLock, readLock, releaseLock } from "./store/lock.ts";
import type { Store } from "./store/objects.ts";
import type { DeploymentView } from "./views/deployments.ts";

/** One environment as a step works on it: its place, its store, and the ways there. */
export interface Session {
  readonly context: ActionContext;
  readonly place: PlaceInputs;
  readonly environment: string;
  readonly s3: S3Client;
  readonly store: Store;
  readonly octokit: Octokit | undefined;
}

export async function openSession(place: PlaceInputs, context: ActionContext): Promise<Session> {
  for (const secret of [place["github-token"], place["database-url"]]) {
    if (secret !== "") context.runner.mask(secret);
  }
  const s3 = s3Client({ ...connectionTo("S3", place, context), ...transport() });
  return {
    context,
    place,
    environment: place.environment,
    s3,
    store: { s3, bucket: place["artifacts-bucket"] },
    octokit: place["github-token"] === "" ? undefined : await octokitFor(place["github-token"], context),
  };
}

export function runReference({ run }: ActionContext): RunReference {
  return { id: run.runId, attempt: run.runAttempt, url: run.url };
}

export function handleOf({ store, environment }: Session, seq: number): string {
  return formatHandle({ bucket: store.bucket, environment, seq });
}

export function deploymentView({ octokit, environment, place, context }: Session): DeploymentView {
  return { octokit, environment, siteUrl: place["site-url"], context };
}

/** Takes the environment's lock for this run, and says whom it waits for. */
export async function lockEnvironment(
  session: Session,
  operation: string,
  waitSeconds = session.place["lock-wait-seconds"],
): Promise<HeldLock> {
  const { context, store, environment } = session;
  const held = await acquireLock(store, environment, {
    by: context.run.actor,
    operation,
    run: runReference(context),
    waitSeconds,
    clock: context.clock,
    signal: context.signal,
    onWait: (holder) =>
      context.runner.info(
        `waiting for ${holder.by} (${holder.operation}), who has locked ${environment} since ${holder.since}: ${holder.run.url}`,
      ),
    isOver: (holder) => isRunOver(session, holder.run),
  });
  const from = held.takenFrom;
  if (from && from.run.id !== context.run.runId) {
    context.runner.notice(
      `took over the lock of ${environment} from ${from.by} (${from.operation}, ${from.run.url}): that run is over, or has given no sign of life since ${from.renewed}`,
    );
  }
  return held;
}

/** Gives the lock back. Failing that is a warning: the lock ends by itself, and what was done under it stands. */
export async function unlockEnvironment(
  { store, environment, context }: Session,
  token: string,
): Promise<void> {
  await releaseLock(store, environment, token).catch((error: unknown) =>
    context.runner.warning(
      `could not give the lock of ${environment} back: ${explain(error)}. The next run takes it over once GitHub says that this one is over, or 15 minutes from now.`,
    ),
  );
}

/** True when this very run holds the lock, by this job or an earlier one. */
export async function isLockedByThisRun({ store, environment, context }: Session): Promise<boolean> {
  return (await readLock(store, environment))?.run.id === context.run.runId;
}

/** True when GitHub says that the run's attempt is over. Where the token may not ask, what it holds has to expire. */
export async function isRunOver({ octokit, context }: Session, run: RunReference): Promise<boolean> {
  if (!octokit) return false;
  const { owner, repository: repo } = context.run;
  try {
    const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: run.id });
    const attempt = data.run_attempt ?? 1;
    return attempt > run.attempt || (attempt === run.attempt && data.status === "completed");
  } catch {
    return false;
  }
}

/** The values of inputs that only some operations need. Throws one `InvalidInputs` that lists all that are missing. */
export function need<Name extends keyof PlaceInputs>(
  place: PlaceInputs,
  names: readonly Name[],
  why: string,
): { readonly [Key in Name]: NonNullable<PlaceInputs[Key]> } {
  const missing = names.filter((name) => place[name] === "" || place[name] === null);
  if (missing.length > 0) {
    throw new ActionError(
      "InvalidInputs",
      `${missing.map((name) => `input "${name}"`).join(", ")} ${missing.length === 1 ? "is" : "are"} required ${why}`,
      {
        hint: `set them in the step's \`with:\` block; in this repository's workflows they come from ${missing.map((name) => `the variable ${name.toUpperCase().replaceAll("-", "_")}`).join(", ")} of the repository or its environment "${place.environment}"`,
      },
    );
  }
  return Object.fromEntries(names.map((name) => [name, place[name]])) as {
    readonly [Key in Name]: NonNullable<PlaceInputs[Key]>;
  };
}
