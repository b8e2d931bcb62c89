import type { ActionContext } from "../../kit/action.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { explain } from "../../kit/errors.ts";
import type { ApiTarget } from "../environment/targets.ts";
import { beginCleanup, type Cleanup, lastKept } from "../store/cleanup.ts";
import { runReference } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import { keys } from "../store/keys.ts";
import { listFolders, listObjects } from "../store/listing.ts";
import { removeObjects, type Store } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { isLocked } from "../store/stored-lock.ts";
import { listReleases, needsOf } from "./needs.ts";
import { pruneApi } from "./prune-api.ts";
import {
  isComplete,
  type Judgement,
  planBlobs,
  planReleases,
  retentionLines,
  type StoredRelease,
} from "./retention-plan.ts";

/** How much stays, and where the API's versions are. */
interface RetentionRules {
  /** Releases of each environment. */
  readonly keep: number;
  readonly api: Pick<ApiTarget, "application" | "connect">;
}

/**
 * Takes out of the store what nobody needs any more: releases beyond the last `keep` of each environment, and the site
 * files and application versions that only they name. Called at the end of an attempt, under its lock. Two requests while
 * there are no more releases than a quarter above what the last clean-up left. Whatever fails is a warning: what was done
 * stands.
 */
export async function retain(
  environment: Environment,
  rules: RetentionRules,
  context: ActionContext,
): Promise<void> {
  const { store } = environment;
  const { keep } = rules;
  try {
    const [releases, kept] = await Promise.all([listReleases(store), lastKept(store)]);
    if (releases.length <= Math.max(keep, kept) + Math.ceil(keep / 4)) return;
    await cleanUp(environment, rules, context);
  } catch (error) {
    context.runner.warning(`old releases were not taken out of the store: ${explain(error)}`);
  }
}

async function cleanUp(
  { name, store }: Environment,
  { keep, api }: RetentionRules,
  context: ActionContext,
): Promise<void> {
  const { runner, signal } = context;
  const begun = await beginCleanup(store, name, runReference(context.run));
  if (!begun) return;
  let kept: number | undefined;
  try {
    const environments = await listFolders(store, "environments/");
    const others = environments.filter((one) => one !== name);
    const locked = await Promise.all(others.map((one) => isLocked(store, one)));
    if (locked.includes(true)) {
      runner.info("old releases stay for now: another environment is being changed");
      return;
    }
    // Read only now: nobody begins an attempt from here on until the clean-up has ended.
    const releases = await listReleases(store);
    const now = newest(releases);
    const complete = new Set(releases.filter(isComplete).map(({ id }) => id));
    const needs = await Promise.all(environments.map((one) => needsOf(store, one, keep, complete)));
    const judgements = planReleases(releases, needs, { keep, now });
    const named = await blobsOf(store, judgements, signal);
    const blobs = planBlobs(await listObjects(store, "blobs/"), named, now);
    await runner.group("Releases in the store", async () => {
      for (const line of retentionLines(judgements, blobs)) runner.info(line);
    });
    const labels = await versionsOf(store, judgements);
    await remove(store, begun, judgements, blobs);
    kept = judgements.filter((judgement) => judgement.keep).length;
    await begun.renew();
    await pruneApi(api, store.bucket, labels, context);
  } finally {
    await begun.end(kept);
  }
}

/** The time by S3's clock, or a little before: when it was last written to. */
function newest(releases: readonly StoredRelease[]): Date {
  return new Date(Math.max(0, ...releases.map(({ modified }) => modified.getTime())));
}

/** The keys of the blobs that kept releases name. */
async function blobsOf(
  store: Store,
  judgements: readonly Judgement[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const kept = judgements.filter(({ keep, release }) => keep && isComplete(release));
  await forEachLimited(kept, new AdaptiveLimit(16, 32), signal, async ({ release }) => {
    const { site } = await readReleaseManifest(store, release.id);
    for (const { sha256 } of Object.values(site?.files ?? {})) named.add(keys.blob(sha256));
    return { pushedBack: false };
  });
  return named;
}

/** The API versions of kept releases. */
async function versionsOf(store: Store, judgements: readonly Judgement[]): Promise<ReadonlySet<string>> {
  const kept = judgements.filter(({ keep, release }) => keep && isComplete(release));
  const manifests = await Promise.all(kept.map(({ release }) => readReleaseManifest(store, release.id)));
  return new Set(manifests.flatMap(({ api }) => (api ? [api.version] : [])));
}

/**
 * Manifests first: a release without one is none, so that whatever is interrupted here leaves no release that only looks
 * whole. The rest of them is found by the next clean-up.
 */
async function remove(
  store: Store,
  cleanup: Cleanup,
  judgements: readonly Judgement[],
  blobs: readonly string[],
): Promise<void> {
  const dropped = judgements.filter(({ keep }) => !keep).map(({ release }) => release);
  const manifests = dropped.filter(isComplete).map(({ id }) => keys.manifest(id));
  const rest = dropped.flatMap((release) => release.keys).filter((key) => !manifests.includes(key));
  for (const group of [manifests, rest, blobs]) {
    for (let index = 0; index < group.length; index += 1000) {
      await cleanup.renew();
      await removeObjects(store, group.slice(index, index + 1000));
    }
  }
}
