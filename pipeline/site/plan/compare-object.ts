import type { InspectedObject, ObservedSite } from "./observed-site.ts";
import { hasSameHeaders, type ServedFile } from "./served-file.ts";
import type { Put } from "./site-plan.ts";
import { type RecordedObject, recordedObject } from "./site-record.ts";
import type { WantedSite } from "./wanted-site.ts";

/** `object` is what the record says of one that is right. */
type Decision =
  | { readonly object: RecordedObject }
  | { readonly object?: undefined; readonly from: Put["from"]; readonly reason: string };

/** S3 copies no larger object: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const mostCopiedBytes = 5 * 1024 ** 3;

/** Whether the object that lies under a wanted key is right, and else what to do about it, and why. */
export function compareObject(key: string, file: ServedFile, observed: ObservedSite): Decision {
  const recorded = observed.record?.objects.get(key);
  const listed = observed.objects.get(key);
  if (listed === undefined) return { from: "source", reason: recorded ? "gone from the bucket" : "new" };
  const vouched = isVouchedFor(key, observed);
  const present = vouched ? recorded : asAsked(observed.inspected.get(key), file, recorded);
  if (present?.sha256 === file.sha256) {
    const isForeign = !vouched && observed.inspected.get(key)?.hasForeignHeaders === true;
    if (isForeign || !hasSameHeaders(present, file)) {
      return { from: file.bytes > mostCopiedBytes ? "source" : "itself", reason: "headers differ" };
    }
    // As it is on record, so that large sites are in memory once.
    const isOnRecord = vouched && recorded !== undefined && recorded.unreferencedSince === undefined;
    return { object: isOnRecord ? recorded : recordedObject(file, listed.etag) };
  }
  if (vouched) return { from: "source", reason: "content differs" };
  if (observed.record?.unfinished?.objects.has(key))
    return { from: "source", reason: "left by an unfinished sync" };
  return { from: "source", reason: recorded ? "changed by another hand" : "in the bucket, not ours" };
}

/** Without what the bucket decided about its place, where neither this sync nor the one before says anything of that. */
function asAsked(
  object: InspectedObject | undefined,
  file: ServedFile,
  recorded: RecordedObject | undefined,
): InspectedObject | undefined {
  if (object === undefined) return undefined;
  const { storageClass, kmsKey, ...rest } = object;
  const isAsked = (name: "storageClass" | "kmsKey") => (file[name] ?? recorded?.[name]) !== undefined;
  return {
    ...rest,
    ...(storageClass !== undefined && isAsked("storageClass") ? { storageClass } : {}),
    ...(kmsKey !== undefined && isAsked("kmsKey") ? { kmsKey } : {}),
  };
}

function isVouchedFor(
  key: string,
  { record, objects, recordedAt }: Omit<ObservedSite, "inspected">,
): boolean {
  const recorded = record?.objects.get(key);
  const listed = objects.get(key);
  if (recorded === undefined || listed === undefined) return false;
  // An unfinished sync may have given it other headers, under the same ETag.
  if (record?.unfinished?.objects.has(key)) return false;
  // An ETag is of the content alone: only the time shows that someone wrote the same bytes with other headers.
  const writtenSince = listed.modifiedAt > recordedAt.getTime() / 1000;
  return listed.etag === recorded.etag && listed.bytes === recorded.bytes && !writtenSince;
}

/**
 * Keys whose objects the record does not vouch for: wanted ones that may be right all the same, and those that may be what
 * an unfinished sync left.
 */
export function keysToInspect(
  wanted: WantedSite,
  observed: Omit<ObservedSite, "inspected">,
): readonly string[] {
  const { record, objects } = observed;
  const mayBe = (key: string, bytes: number): boolean => objects.get(key)?.bytes === bytes;
  const unsure: string[] = [];
  for (const [key, { bytes }] of wanted.files) {
    if (mayBe(key, bytes) && !isVouchedFor(key, observed)) unsure.push(key);
  }
  const left = [...(record?.unfinished?.objects ?? [])].filter(
    ([key, { bytes }]) =>
      !wanted.files.has(key) &&
      mayBe(key, bytes) &&
      record?.objects.get(key)?.etag !== objects.get(key)?.etag,
  );
  return [...unsure, ...left.map(([key]) => key)];
}
