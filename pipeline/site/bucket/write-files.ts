import { mostConnections } from "../../aws/transport.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { ByteBudget } from "../../kit/byte-budget.ts";
import { type Put, phases, type SitePlan } from "../plan/site-plan.ts";
import { type RecordedObject, recordedObject } from "../plan/site-record.ts";
import type { Wanted } from "../source/generated-files.ts";
import type { SiteBucket, Written } from "./site-bucket.ts";
import { type ProgressLog, UploadProgress } from "./upload-progress.ts";

/** Where files come from, and where they go. */
interface Transfer {
  readonly content: Wanted["content"];
  readonly bucket: SiteBucket;
  /** What the bucket had before. */
  readonly listed: ReadonlyMap<string, { readonly etag: string }>;
}

export interface WrittenFiles {
  /** What the record says of the site with what was put; what the plan deletes is still part of it. */
  readonly objects: ReadonlyMap<string, RecordedObject>;
  readonly uploaded: number;
  readonly copied: number;
  /** Sent to S3. */
  readonly bytes: number;
}

/**
 * How many files are written at once: so many to begin with, more with every answer and fewer when S3 asks for it (see
 * `AdaptiveLimit`), up to one for each connection.
 */
function uploadsAtOnce(): AdaptiveLimit {
  return new AdaptiveLimit(64, mostConnections);
}

/** Of bodies in memory at once, apart from those of large files. */
const bodiesBytes = 32 * 1024 * 1024;

/**
 * Writes every `put` of the plan, phase after phase; `beforePhase` is awaited before each, and its rejection leaves the phase
 * as it is. Rejects after the first phase in which one failed.
 */
export async function writeFiles(
  plan: SitePlan,
  transfer: Transfer,
  beforePhase: (isFirst: boolean) => Promise<void>,
  log: ProgressLog,
  signal: AbortSignal,
): Promise<WrittenFiles> {
  const limit = uploadsAtOnce();
  const objects = new Map<string, RecordedObject>(plan.objects);
  const progress = new UploadProgress(plan.puts.length, log);
  const write = fileWriter(transfer, progress, signal);
  let uploaded = 0;
  let bytes = 0;
  let isFirst = true;
  for (const phase of phases) {
    const puts = plan.puts.filter((one) => one.phase === phase);
    if (puts.length === 0) continue;
    await beforePhase(isFirst);
    isFirst = false;
    await forEachLimited(puts, limit, signal, async (put) => {
      const { written, sent } = await write(put);
      objects.set(put.key, recordedObject(put.file, written.etag));
      if (sent !== undefined) uploaded += 1;
      bytes += sent ?? 0;
      progress.fileDone();
      return written;
    });
  }
  return { objects, uploaded, copied: plan.puts.length - uploaded, bytes };
}

type WriteFile = (put: Put) => Promise<{ readonly written: Written; readonly sent?: number }>;

/** Puts one file there, by the way that suits where its bytes are. */
function fileWriter(
  { content, bucket, listed }: Transfer,
  progress: UploadProgress,
  signal: AbortSignal,
): WriteFile {
  const budget = new ByteBudget(bodiesBytes);
  const onSent = (bytes: number): void => progress.bytesSent(bytes);
  return async ({ key, file, from }) => {
    if (from === "itself") {
      return { written: await bucket.rewriteHeaders(key, file, listed.get(key)?.etag ?? "") };
    }
    const source = content(key, file);
    if ("object" in source) return { written: await bucket.copy(key, file, source.object) };
    if ("path" in source) {
      const written = await bucket.putLarge(key, file, { ...source, onSent, signal });
      return { written, sent: file.bytes };
    }
    const written = await budget.spend(file.bytes, () => bucket.put(key, file, source.read(), signal));
    onSent(file.bytes);
    return { written, sent: file.bytes };
  };
}
