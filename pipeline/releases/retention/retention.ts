import { connectionTo } from "../../aws/connection.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { explain } from "../../kit/errors.ts";
import { runReference, type Session } from "../session.ts";
import { attemptsBackwards } from "../store/history.ts";
import { keys } from "../store/keys.ts";
import { listFolders, listObjects } from "../store/listing.ts";
import { readLive } from "../store/live.ts";
import { isLocked } from "../store/lock.ts";
import { removeObjects, type Store } from "../store/objects.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { beginSweep, lastKept, type Sweep } from "../store/sweep.ts";
import {
  isComplete,
  type Judgement,
  type Needs,
  planBlobs,
  planReleases,
  retentionLines,
  type StoredRelease,
} from "./retention-plan.ts";

/**
 * Takes out of the store what nobody needs any more: releases beyond the last `keep-releases` of each environment, and the
 * site files and application versions that only they name. Called at the end of an attempt, under its lock. Two requests while there are no more
 * releases than a quarter above what the last sweep left. Whatever fails is a warning: what was done stands.
 */
export async function retain(session: Session): Promise<void> {
  const { store, context } = session;
  const keep = session.place["keep-releases"];
  try {
    const [releases, kept] = await Promise.all([listReleases(store), lastKept(store)]);
    if (releases.length <= Math.max(keep, kept) + Math.ceil(keep / 4)) return;
    await sweep(session, keep);
  } catch (error) {
    context.runner.warning(`old releases were not taken out of the store: ${explain(error)}`);
  }
}

async function sweep(session: Session, keep: number): Promise<void> {
  const { store, environment, context } = session;
  const begun = await beginSweep(store, environment, runReference(context));
  if (!begun) return;
  let kept: number | undefined;
  try {
    const environments = await listFolders(store, "environments/");
    const others = environments.filter((one) => one !== environment);
    const locked = await Promise.all(others.map((one) => isLocked(store, one)));
    if (locked.includes(true)) {
      context.runner.info("old releases stay for now: another environment is being changed");
      return;
    }
    // Read only now: nobody begins an attempt from here on until the sweep has ended.
    const releases = await listReleases(store);
    const now = newest(releases);
    const complete = new Set(releases.filter(isComplete).map(({ id }) => id));
    const needs = await Promise.all(environments.map((one) => needsOf(store, one, keep, complete)));
    const judgements = planReleases(releases, needs, { keep, now });
    const blobs = planBlobs(await listObjects(store, "blobs/"), await blobsOf(session, judgements), now);
    await context.runner.group("Releases in the store", async () => {
      for (const line of retentionLines(judgements, blobs)) context.runner.info(line);
    });
    const labels = await versionsOf(session, judgements);
    await remove(session, begun, judgements, blobs);
    kept = judgements.filter((judgement) => judgement.keep).length;
    await begun.renew();
    await pruneApi(session, labels);
  } finally {
    await begun.end(kept);
  }
}

async function listReleases(store: Store): Promise<readonly StoredRelease[]> {
  const releases = new Map<string, { id: string; keys: string[]; modified: Date }>();
  for (const { key, modified } of await listObjects(store, "releases/")) {
    const [, id = ""] = key.split("/");
    const known = releases.get(id) ?? { id, keys: [], modified };
    known.keys.push(key);
    if (modified > known.modified) known.modified = modified;
    releases.set(id, known);
  }
  return [...releases.values()];
}

/** The time by S3's clock, or a little before: when it was last written to. */
function newest(releases: readonly StoredRelease[]): Date {
  return new Date(Math.max(0, ...releases.map(({ modified }) => modified.getTime())));
}

/** Throws `LedgerDamaged` where the ledger cannot be believed: then nothing is taken out. */
async function needsOf(
  store: Store,
  environment: string,
  keep: number,
  complete: ReadonlySet<string>,
): Promise<Needs> {
  const live = (await readLive(store, environment))?.live ?? null;
  const wasLive = new Set<string>();
  const unfinished: string[] = [];
  const attempts = attemptsBackwards(store, environment, live?.seq ?? 1, (problem) => {
    throw problem;
  });
  for await (const { begin, end } of attempts) {
    if (!end) unfinished.push(begin.releaseId, begin.live?.releaseId ?? begin.releaseId);
    if (end?.outcome === "live" && complete.has(begin.releaseId)) wasLive.add(begin.releaseId);
    if (wasLive.size === keep || wasLive.size === complete.size) break;
  }
  return {
    environment,
    liveReleaseId: live?.releaseId ?? null,
    previousReleaseId: live?.previousReleaseId ?? null,
    wasLive: [...wasLive],
    unfinished,
  };
}

/** The keys of the blobs that kept releases name. */
async function blobsOf(
  { store, context }: Session,
  judgements: readonly Judgement[],
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const kept = judgements.filter(({ keep, release }) => keep && isComplete(release));
  await forEachLimited(kept, new AdaptiveLimit(16, 32), context.signal, async ({ release }) => {
    const { site } = await readReleaseManifest(store, release.id);
    for (const { sha256 } of Object.values(site.files)) named.add(keys.blob(sha256));
    return { pushedBack: false };
  });
  return named;
}

/** The API versions of kept releases. */
async function versionsOf(
  { store }: Session,
  judgements: readonly Judgement[],
): Promise<ReadonlySet<string>> {
  const kept = judgements.filter(({ keep, release }) => keep && isComplete(release));
  const manifests = await Promise.all(kept.map(({ release }) => readReleaseManifest(store, release.id)));
  return new Set(manifests.map(({ api }) => api.version));
}

/** Takes the API versions of dropped releases out of Elastic Beanstalk, which has room for 1,000 of them. */
async function pruneApi({ place, store, context }: Session, kept: ReadonlySet<string>): Promise<void> {
  const application = place["eb-application"];
  if (application === "") return;
  const [{ elasticBeanstalkClient }, { pruneVersions }] = await Promise.all([
    import("../../aws/elastic-beanstalk.ts"),
    import("../../api/versions/prune-versions.ts"),
  ]);
  const { runner, clock } = context;
  try {
    const gone = await pruneVersions({
      eb: elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", place, context)),
      application,
      bucket: store.bucket,
      kept,
      clock,
      onFailure: (line) => runner.info(line),
    });
    if (gone.length > 0) runner.info(`deleted ${gone.length} application versions: ${gone.join(", ")}`);
  } catch (error) {
    runner.warning(`old application versions were not deleted: ${explain(error)}`);
  }
}

/**
 * Manifests first: a release without one is none, so that whatever is interrupted here leaves no release that only looks
 * whole. The rest of them is found by the next sweep.
 */
async function remove(
  { store }: Session,
  sweep: Sweep,
  judgements: readonly Judgement[],
  blobs: readonly string[],
): Promise<void> {
  const dropped = judgements.filter(({ keep }) => !keep).map(({ release }) => release);
  const manifests = dropped.filter(isComplete).map(({ id }) => keys.manifest(id));
  const rest = dropped.flatMap((release) => release.keys).filter((key) => !manifests.includes(key));
  for (const group of [manifests, rest, blobs]) {
    for (let index = 0; index < group.length; index += 1000) {
      await sweep.renew();
      await removeObjects(store, group.slice(index, index + 1000));
    }
  }
}
