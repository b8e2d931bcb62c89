import { mostConnections } from "../aws/transport.ts";
import { AdaptiveLimit, forEachLimited } from "../kit/adaptive-limit.ts";
import { ByteBudget } from "../kit/byte-budget.ts";
import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import type { Runner } from "../kit/runner.ts";
import type { SiteBucket, Written } from "./bucket/site-bucket.ts";
import { formatBytes } from "./format.ts";
import { type Delete, type ObservedSite, type Put, phases, type SitePlan } from "./plan/plan.ts";
import { recordedObject } from "./plan/served-file.ts";
import type { Wanted } from "./plan/wanted.ts";
import type { RecordedObject } from "./record/record.ts";

export interface ApplyContext {
  readonly runner: Pick<Runner, "info">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Awaited before each phase; a rejection leaves the phase as it is. */
  readonly beforePhase: (isFirst: boolean) => Promise<void>;
}

export interface AppliedPuts {
  /** What the record says of the site with what was put; what the plan deletes is still part of it. */
  readonly objects: ReadonlyMap<string, RecordedObject>;
  readonly uploaded: number;
  readonly copied: number;
  readonly bytes: number;
}

const progressEveryMs = 2000;

/** Of bodies in memory at once, apart from those of large files. */
const bodiesBytes = 32 * 1024 * 1024;

/** Writes every `put` of the plan, phase after phase. Rejects after the first phase in which one failed. */
export async function applyPuts(
  plan: SitePlan,
  observed: ObservedSite,
  bucket: SiteBucket,
  content: Wanted["content"],
  context: ApplyContext,
): Promise<AppliedPuts> {
  const limit = new AdaptiveLimit(64, mostConnections);
  const objects = new Map<string, RecordedObject>(plan.objects);
  const progress = progressOf(plan, context);
  const put = putter(observed, bucket, content, progress, context.signal);
  let uploaded = 0;
  let bytes = 0;
  let isFirst = true;
  for (const phase of phases) {
    const puts = plan.puts.filter((one) => one.phase === phase);
    if (puts.length === 0) continue;
    await context.beforePhase(isFirst);
    isFirst = false;
    await forEachLimited(puts, limit, context.signal, async (one) => {
      const { written, sent } = await put(one);
      objects.set(one.key, recordedObject(one.file, written.etag));
      if (sent !== undefined) uploaded += 1;
      bytes += sent ?? 0;
      progress.fileDone();
      return written;
    });
  }
  return { objects, uploaded, copied: plan.puts.length - uploaded, bytes };
}

type ApplyPut = (put: Put) => Promise<{ readonly written: Written; readonly sent?: number }>;

/** Puts one file there, by the way that suits where its bytes are. */
function putter(
  observed: ObservedSite,
  bucket: SiteBucket,
  content: Wanted["content"],
  progress: Progress,
  signal: AbortSignal,
): ApplyPut {
  const budget = new ByteBudget(bodiesBytes);
  return async ({ key, file, from }) => {
    if (from === "itself") {
      const etag = observed.objects.get(key)?.etag ?? "";
      return { written: await bucket.rewriteHeaders(key, file, etag) };
    }
    const source = content(key, file);
    if ("object" in source) return { written: await bucket.copy(key, file, source.object) };
    if ("path" in source) {
      const { bytesSent } = progress;
      const written = await bucket.putLarge(key, file, { path: source.path, onSent: bytesSent, signal });
      return { written, sent: file.bytes };
    }
    const written = await budget.spend(file.bytes, () => bucket.put(key, file, source.read(), signal));
    progress.bytesSent(file.bytes);
    return { written, sent: file.bytes };
  };
}

interface Progress {
  readonly bytesSent: (bytes: number) => void;
  readonly fileDone: () => void;
}

function progressOf(plan: SitePlan, { runner, clock }: ApplyContext): Progress {
  let files = 0;
  let bytes = 0;
  let shownAt = clock.now().getTime();
  const show = (): void => {
    const now = clock.now().getTime();
    if (now - shownAt < progressEveryMs) return;
    shownAt = now;
    runner.info(`  ${files} of ${plan.puts.length} files, ${formatBytes(bytes)} sent`);
  };
  return {
    bytesSent: (more) => {
      bytes += more;
      show();
    },
    fileDone: () => {
      files += 1;
      show();
    },
  };
}

/**
 * Deletes what the plan says, in the versions that it saw. Throws `DeletesRefused` after having tried all: the site is
 * right by then, only not tidy.
 */
export async function applyDeletes(
  deletes: readonly Delete[],
  bucket: SiteBucket,
  conditional: boolean,
): Promise<void> {
  const refused: string[] = [];
  for (let start = 0; start < deletes.length; start += 1000) {
    for (const [key, why] of await bucket.remove(deletes.slice(start, start + 1000), conditional)) {
      refused.push(`"${key}" (${why})`);
    }
  }
  if (refused.length === 0) return;
  throw new ActionError(
    "DeletesRefused",
    `the site is in place, but S3 did not delete ${refused.length} old files: ${refused.slice(0, 5).join(", ")}`,
    { hint: "run the sync again; grant the role s3:DeleteObject if access was denied" },
  );
}
