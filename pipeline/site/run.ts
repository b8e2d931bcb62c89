import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { awsInputs, connectionTo } from "../aws/connection.ts";
import { s3Client } from "../aws/s3.ts";
import { transport } from "../aws/transport.ts";
import { cacheRules, headersByRule, typeRules } from "../bundle/header-rules.ts";
import { redirects } from "../bundle/redirects.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { boolean, type Inputs, integer, lines, oneOf, optionalText, text } from "../kit/inputs.ts";
import { type Attempt, openAttempt } from "../releases/store/attempt.ts";
import { parseHandle } from "../releases/store/keys.ts";
import { storedSiteKeys } from "../releases/store/stored-site-keys.ts";
import { openDistribution } from "./cdn/site-cache.ts";
import { configText, distributionId, keyPrefix } from "./input-parsers.ts";
import { maxDelete } from "./plan/guards.ts";
import { privateRecord, releaseRecord } from "./record/record.ts";
import { planText, resultSentence, summaryOf } from "./report.ts";
import { bundleSource, folderSource } from "./source/folder-source.ts";
import { hashFolder } from "./source/hash-folder.ts";
import type { Hashing } from "./source/hash-threads.ts";
import { releaseSource, type SiteSource } from "./source/site-source.ts";
import { walkFolder } from "./source/walk-folder.ts";
import { type SyncResult, syncSite } from "./sync-site.ts";

export const inputs = {
  ...awsInputs,
  release: optionalText,
  source: optionalText,
  bucket: text,
  prefix: keyPrefix,
  config: configText,
  entry: text,
  "error-document": optionalText,
  "cache-control": cacheRules,
  "content-type": typeRules,
  redirects,
  protect: lines,
  "max-delete": maxDelete,
  "keep-days": integer(0, 3650),
  compare: oneOf("bucket", "record"),
  "state-bucket": optionalText,
  distribution: distributionId,
  "wait-for-invalidation": integer(0, 3600),
  "dry-run": boolean,
} as const;

export type SyncInputs = Inputs<typeof inputs>;

export interface Early {
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
  // None where the files are to be copied from the release store.
  const keys = hashing?.keys ?? (given.source === "" ? [] : walkFolder(given.source));
  early.fitHeapTo?.(keys.length);
  const tier = given.release === "" ? undefined : tierOf(given, s3, context);
  const stateBucket = given["state-bucket"] || given.bucket;
  const result = await syncSite({
    s3,
    bucket: given.bucket,
    prefix: given.prefix,
    source: sourceOf(given, keys, tier?.attempt, hashing),
    likelyKeys: keys,
    compare: given.compare,
    config: given.config,
    redirects: given.redirects,
    record: tier
      ? releaseRecord(tier.bucket, tier.environment)
      : privateRecord(stateBucket, given.bucket, given.prefix),
    rules: {
      entry: given.entry,
      errorDocument: given["error-document"],
      protect: given.protect,
      maxDelete: given["max-delete"],
      keepDays: given["keep-days"],
    },
    caching: {
      distribution: given.distribution,
      open: (distribution) => openDistribution(distribution, given, context, given["wait-for-invalidation"]),
    },
    by: context.run.url,
    dryRun: given["dry-run"],
    ...(tier
      ? {
          beforeChange: async (before) => (await tier.attempt).move("site", before),
          stillNamed: () => storedSiteKeys({ s3, bucket: tier.bucket }),
        }
      : { leaseAttempt: context.run.runAttempt }),
    ...context,
  });
  const seconds = (context.clock.now().getTime() - startedAt) / 1000;
  await report(result, seconds, given, context);
}

/** The site as a tier of a release: where all of it lies is known before the attempt has been read. */
function tierOf(given: SyncInputs, s3: S3Client, context: ActionContext) {
  refuseMeaningless(given);
  const { bucket, environment } = parseHandle(given.release);
  return { bucket, environment, attempt: openAttempt(s3, given.release, context) };
}

function refuseMeaningless(given: SyncInputs): void {
  const meaningless = (["cache-control", "content-type", "redirects", "state-bucket"] as const).filter(
    (name) => given[name].length > 0,
  );
  if (meaningless.length === 0) return;
  throw new ActionError(
    "InvalidInputs",
    `inputs ${meaningless.map((name) => `"${name}"`).join(", ")} have no meaning under a release: its manifest has headers and redirects, and the release store the record`,
    { hint: "give headers and redirects to the action `build` instead, or leave out `release`" },
  );
}

async function sourceOf(
  given: SyncInputs,
  keys: readonly string[],
  attempt: Promise<Attempt> | undefined,
  hashing: Hashing | undefined,
): Promise<SiteSource> {
  const { source } = given;
  if (attempt !== undefined) {
    const { bucket, manifest } = await attempt;
    return source === "" ? releaseSource(bucket, manifest) : bundleSource(source, manifest, keys);
  }
  if (source === "") {
    throw new ActionError("InvalidInputs", 'input "source" is required where there is no release', {
      hint: "give the folder that holds the built site",
    });
  }
  const headers = headersByRule(given["cache-control"], given["content-type"]);
  return folderSource(source, headers, hashing ? await hashing.hashed() : hashFolder(source, keys));
}

async function report(
  result: SyncResult,
  seconds: number,
  given: SyncInputs,
  context: ActionContext,
): Promise<void> {
  const { runner, run } = context;
  const { plan, changed, uploaded, copied, deleted, unchanged, bytes, requests } = result;
  const planFile = join(run.temp, `s3-sync-plan-${run.job}.json`);
  await writeFile(planFile, planText(plan));
  runner.output("changed", changed);
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
