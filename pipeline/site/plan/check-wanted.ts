import { isImmutable } from "../../bundle/site-headers.ts";
import { ActionError } from "../../kit/errors.ts";
import type { SiteRecord } from "./site-record.ts";
import type { SiteRules } from "./site-rules.ts";
import type { WantedSite } from "./wanted-site.ts";

/** Refuses a site that must be a mistake, before anything is compared: it would leave visitors with a broken one. */
export function checkWanted(wanted: WantedSite, record: SiteRecord | undefined, rules: SiteRules): void {
  const generated = [
    wanted.release === null ? "" : "release.json",
    wanted.config === null ? "" : "config.json",
  ];
  if ([...wanted.files.keys()].every((key) => generated.includes(key))) {
    throw new ActionError("SourceEmpty", `${wanted.name} has no files`, {
      hint: "check the input `source`; to empty a site on purpose, delete its bucket's objects by hand",
    });
  }
  for (const page of [rules.entry, rules.errorDocument]) {
    if (page === "" || wanted.files.has(page)) continue;
    throw new ActionError("EntryPageMissing", `${wanted.name} has no "${page}"`, {
      hint: "build the site first, or name its page with the input `entry` or `error-document`",
    });
  }
  refuseUnusableKeys(wanted);
  refuseChangedAssets(wanted, record);
}

/**
 * Such as https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html does not take, or no XML: a request that
 * deletes many is refused as a whole for one key that cannot be in it. Keys that differ by case, and one that is the folder
 * of another, are as good as others on S3.
 */
function refuseUnusableKeys({ files, prefix }: WantedSite): void {
  const problems = [...files.keys()].flatMap((key) => {
    const length = Buffer.byteLength(prefix + key);
    const shown = JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);
    if (length > 1024) return [`${shown} makes a key of ${length} bytes, and S3 takes 1,024`];
    if (/\p{Cc}/u.test(key)) return [`${shown} has a control character`];
    if (/[\uFFFE\uFFFF\p{Cs}]/u.test(key)) return [`${shown} has a character that S3 could not delete it by`];
    if (key.includes("\uFFFD")) return [`${shown} is not UTF-8`];
    return isRecordKey(prefix + key) ? [`${shown} is where records of syncs lie`] : [];
  });
  if (problems.length === 0) return;
  throw new ActionError("InvalidKey", `these names cannot be keys: ${firstOf(problems)}`, {
    hint: prefix === "" ? "rename the files" : "rename the files, or choose a shorter `prefix`",
  });
}

/** Where records of syncs lie, in whatever bucket: no file of any site. */
export function isRecordKey(key: string): boolean {
  return key.startsWith(".s3-sync/");
}

function firstOf(problems: readonly string[]): string {
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  return `${problems.slice(0, 5).join("; ")}${more}`;
}

function refuseChangedAssets(wanted: WantedSite, record: SiteRecord | undefined): void {
  for (const [key, file] of wanted.files) {
    const recorded = record?.objects.get(key);
    if (recorded === undefined || !isImmutable(recorded) || recorded.sha256 === file.sha256) continue;
    throw new ActionError("AssetChanged", `"${key}" has other bytes than before under the same name`, {
      hint: "browsers keep it for a year: name it by its content, or give it a cache-control without `immutable`",
      details: { before: recorded.sha256.slice(0, 12), now: file.sha256.slice(0, 12) },
    });
  }
}
