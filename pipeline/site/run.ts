import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { type awsInputs, connectionTo } from "../aws/connection.ts";
import { s3Client } from "../aws/s3.ts";
import { transport } from "../aws/transport.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import { publishedFiles } from "../bundle/published-files.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { requireTexts } from "../kit/required-texts.ts";
import { type Attempt, openAttempt } from "../releases/store/attempt.ts";
import { parseHandle } from "../releases/store/keys.ts";
import { storedSiteKeys } from "../releases/store/stored-site-keys.ts";
import { openDistribution } from "./cdn/open-distribution.ts";
import type { SyncInputs } from "./inputs.ts";
import { hasNoSite } from "./no-site.ts";
import { planText } from "./plan/plan-lines.ts";
import type { Placement } from "./plan/served-file.ts";
import { privateRecord, releaseRecord } from "./record/record-location.ts";
import { resultSentence, summaryOf } from "./report.ts";
import { withCompressedFiles } from "./source/compressed-source.ts";
import type { Hashing } from "./source/hash-threads.ts";
import { openSource } from "./source/open-source.ts";
import { walkFolder } from "./source/walk-folder.ts";
import type { SyncOwner, SyncTarget } from "./sync-options.ts";
import { type SyncResult, syncSite } from "./sync-site.ts";

// With `run`, so that the door loads one chunk: with two, its start takes 12 ms of CPU more.
export { inputs } from "./inputs.ts";

interface Early {
  /** The source, where it is being hashed already. */
  readonly hashing?: Hashing | undefined;
  /** Told how many files there are, as soon as that is known. */
  readonly fitHeapTo?: (files: number) => void;
}

/** Puts the site on S3, on its own or as one tier of a release. */
export async function run(given: SyncInputs, context: ActionContext, early: Early = {}): Promise<void> {
  const startedAt = context.clock.now().getTime();
  const s3 = s3Client({ ...connectionTo("S3", given, context), ...transport() });
  const hashing = early.hashing?.folder === given.source ? early.hashing : undefined;
  const tier = given.release === "" ? undefined : tierOf(given, s3, context);
  if (tier && (await hasNoSite(given, tier.attempt, context.runner))) return;
  requireTexts(given, ["bucket"], "to put a site in place");
  if (given.invalidate.length > 0) requireTexts(given, ["distribution"], "to invalidate paths of it");
  // None where the files are to be copied from the release store.
  const keys = hashing?.keys ?? (given.source === "" ? [] : walkFolder(given.source));
  early.fitHeapTo?.(keys.length);
  const published =
    given.release === ""
      ? publishedFiles(keys, { exclude: given.exclude, publishAnyway: given["publish-anyway"] })
      : keys;
  const headers = headersByRule(given["cache-control"], given["content-type"], {
    encodings: given["content-encoding"],
    dispositions: given["content-disposition"],
    metadata: given.metadata,
  });
  const { config, redirects, compare, "dry-run": dryRun } = given;
  const result = await syncSite(
    {
      content: {
        source: openSource({ folder: given.source, keys, published, headers, hashing }, tier?.attempt).then(
          (source) => withCompressedFiles(source, given.precompress),
        ),
        likelyKeys: published,
        config,
        releaseJson: given["release-json"],
        redirects,
      },
      target: targetOf(given, s3, tier, context),
      owner: ownerOf(tier, context),
      rules: {
        entry: given.entry,
        errorDocument: given["error-document"],
        protect: given.protect,
        maxDelete: given["max-delete"],
        keepDays: given["keep-days"],
        takeOver: given["take-over"],
        placement: placementOf(given),
        invalidate: given.invalidate,
      },
      compare,
      dryRun,
      ...(tier ? { stillNamed: () => storedSiteKeys({ s3, bucket: tier.bucket }) } : {}),
    },
    context,
  );
  if (tier && !dryRun) await (await tier.attempt).arrive("site");
  const seconds = (context.clock.now().getTime() - startedAt) / 1000;
  await report(result, seconds, given, context);
}

function placementOf({
  "storage-class": storageClass,
  "kms-key": kmsKey,
}: Pick<SyncInputs, "storage-class" | "kms-key">): Placement {
  return { ...(storageClass === "" ? {} : { storageClass }), ...(kmsKey === "" ? {} : { kmsKey }) };
}

/** The site as a tier of a release: where all of it lies is known before the attempt has been read. */
interface Tier {
  readonly bucket: string;
  readonly environment: string;
  readonly attempt: Promise<Attempt>;
}

function tierOf(
  given: MeaninglessInputs & Pick<SyncInputs, "release">,
  s3: S3Client,
  context: ActionContext,
): Tier {
  refuseMeaningless(given);
  const { bucket, environment } = parseHandle(given.release);
  return { bucket, environment, attempt: openAttempt(s3, given.release, context) };
}

type TargetInputs = Pick<
  SyncInputs,
  "bucket" | "prefix" | "state-bucket" | "distribution" | "wait-for-invalidation" | keyof typeof awsInputs
>;

function targetOf(
  given: TargetInputs,
  s3: S3Client,
  tier: Tier | undefined,
  context: ActionContext,
): SyncTarget {
  const { bucket, prefix, distribution } = given;
  return {
    s3,
    bucket,
    prefix,
    record: tier
      ? releaseRecord(tier.bucket, tier.environment)
      : privateRecord(given["state-bucket"] || bucket, bucket, prefix),
    caching: {
      distribution,
      open: (id) => openDistribution(id, given, context, given["wait-for-invalidation"]),
    },
  };
}

function ownerOf(tier: Tier | undefined, { run }: ActionContext): SyncOwner {
  const by = run.url;
  if (tier === undefined) return { by, leaseAttempt: run.runAttempt };
  return { by, beforeChange: async (before) => (await tier.attempt).move("site", before) };
}

/** Those that have no meaning under a release. */
const meaninglessNames = [
  "cache-control",
  "content-type",
  "content-encoding",
  "content-disposition",
  "metadata",
  "precompress",
  "redirects",
  "exclude",
  "publish-anyway",
  "state-bucket",
] as const;
type MeaninglessInputs = Pick<SyncInputs, (typeof meaninglessNames)[number]>;

function refuseMeaningless(given: MeaninglessInputs): void {
  const meaningless = meaninglessNames.filter((name) => given[name].length > 0);
  if (meaningless.length === 0) return;
  throw new ActionError(
    "InvalidInputs",
    `inputs ${meaningless.map((name) => `"${name}"`).join(", ")} have no meaning under a release: its manifest has files, headers and redirects, and the release store the record`,
    {
      hint: "give what is about files, headers and redirects to the action `build` instead, or leave out `release`",
    },
  );
}

async function report(
  result: SyncResult,
  seconds: number,
  given: Pick<SyncInputs, "bucket" | "prefix" | "dry-run">,
  { runner, run }: Pick<ActionContext, "runner" | "run">,
): Promise<void> {
  const { uploaded, copied, deleted, unchanged, bytes, requests } = result.counts;
  const planFile = join(run.temp, `s3-sync-plan-${run.job}.json`);
  await writeFile(planFile, planText(result.plan));
  runner.output("changed", result.changed);
  runner.output("uploaded", uploaded);
  runner.output("copied", copied);
  runner.output("deleted", deleted);
  runner.output("unchanged", unchanged);
  runner.output("bytes", bytes);
  runner.output("requests", requests);
  runner.output("release-id", result.release ?? "");
  runner.output("previous-release-id", result.previousRelease ?? "");
  runner.output("duration-seconds", seconds);
  runner.output("invalidation-id", result.invalidation?.id ?? "");
  runner.output("plan-file", planFile);
  runner.info(resultSentence(result, seconds));
  await runner.summary(
    summaryOf(result, { target: `s3://${given.bucket}/${given.prefix}`, dryRun: given["dry-run"], seconds }),
  );
}
