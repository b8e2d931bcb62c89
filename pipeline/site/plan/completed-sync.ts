import { createHash } from "node:crypto";
import { headersText, type ServedFile } from "./served-file.ts";
import type { CompletedSync, RecordedObject } from "./site-record.ts";
import type { RecordedRules, SiteRules } from "./site-rules.ts";
import type { WantedSite } from "./wanted-site.ts";

/** A digest of all that decides what the bucket should hold: files, headers, and the rules about them. */
export function siteDigest(
  wanted: WantedSite,
  rules: RecordedRules & Pick<SiteRules, "takeOver">,
  bucket: string,
): string {
  const { prefix, release, config, distribution = null, files } = wanted;
  const { entry, errorDocument, protect, keepDays, invalidate = [], takeOver = [] } = rules;
  const digest = createHash("sha256");
  const about = [bucket, prefix, release, config, distribution, entry, errorDocument, protect, keepDays];
  let text = JSON.stringify([
    ...about,
    ...(invalidate.length + takeOver.length === 0 ? [] : [invalidate, takeOver]),
  ]);
  for (const key of [...files.keys()].sort()) {
    const file = files.get(key) as ServedFile;
    text += `\n${JSON.stringify(key)} ${file.sha256} ${headersText(file)}`;
    if (text.length < 16_384) continue;
    digest.update(text);
    text = "";
  }
  return digest.update(text).digest("hex");
}

/** What the record says of a site that is wholly as it was wanted, until the first of its old assets may go. */
export function completedSync(
  digest: string,
  { keepDays }: Pick<RecordedRules, "keepDays">,
  objects: ReadonlyMap<string, RecordedObject>,
): CompletedSync {
  let first = Number.POSITIVE_INFINITY;
  for (const { unreferencedSince } of objects.values()) {
    if (unreferencedSince !== undefined) first = Math.min(first, Date.parse(unreferencedSince));
  }
  if (first === Number.POSITIVE_INFINITY) return { digest };
  return { digest, until: new Date(first + keepDays * 86_400_000).toISOString() };
}

/** True where the record says that the site is wholly as this digest has it. */
export function isCompleted(completed: CompletedSync | undefined, digest: string, now: Date): boolean {
  return (
    completed?.digest === digest && (completed.until === undefined || now.toISOString() < completed.until)
  );
}
