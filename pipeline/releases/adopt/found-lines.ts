import { formatBytes } from "../../kit/format-bytes.ts";
import { count } from "../../kit/markdown.ts";
import type { Found, FoundApi, FoundFile } from "./found.ts";
import type { ChosenFiles } from "./site-files.ts";

/** One line for each thing that was found, as the log and the summary say them. */
export function foundLines({ api, site, records }: Found): readonly string[] {
  return [
    ...(api ? apiLines(api) : ["API      not looked at: no input names its environment"]),
    ...(site ? siteLines(site) : ["site     not looked at: no input names its bucket"]),
    `schema   ${recordWords(records)}`,
  ];
}

function apiLines({ label, status, health, platform, bundle, rules, settings }: FoundApi): readonly string[] {
  const read = "bytes" in bundle.read ? `${formatBytes(bundle.read.bytes)}, is there` : bundle.read.problem;
  return [
    `API      version "${label}" on ${platform}; ${status}, ${health}`,
    ...(bundle.key === "" ? [] : [`bundle   s3://${bundle.bucket}/${bundle.key}: ${read}`]),
    `rules    ${ruleWords(rules)}`,
    `rules    of the S3 bucket that holds the bundle: ${expiryWords(bundle.expiry)}`,
    ...settings.map((words) => `settings ${words}`),
  ];
}

function expiryWords(expiry: FoundApi["bundle"]["expiry"]): string {
  if ("unseen" in expiry) return `not checked (${expiry.unseen})`;
  return expiry.length === 0 ? "none that deletes it" : expiry.join("; ");
}

function ruleWords(rules: FoundApi["rules"]): string {
  if ("unseen" in rules) return `by which versions are deleted: not checked (${rules.unseen})`;
  if (rules.length === 0) return "none by which Elastic Beanstalk deletes versions";
  return rules
    .map(({ words, deletesSource }) => `${words}; source bundles ${deletesSource ? "go with them" : "stay"}`)
    .join("; ");
}

function siteLines({ bucket, files }: NonNullable<Found["site"]>): readonly string[] {
  const groups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const slash = file.key.indexOf("/");
    const group = slash < 0 ? "files of the root" : `${file.key.slice(0, slash)}/`;
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [
    `site     s3://${bucket}: ${sizeOf(files)}`,
    ...[...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([group, own]) => `         ${group} ${sizeOf(own)}`),
  ];
}

/** What is the site, and what is not. */
export function chosenLines({ taken, left }: ChosenFiles): readonly string[] {
  return [
    `taken    as the site: ${sizeOf(taken)}`,
    ...(left.length === 0 ? [] : [`left     where it is, and copied nowhere: ${sizeOf(left)}`]),
  ];
}

function sizeOf(files: readonly FoundFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${count(files.length, "file")}, ${formatBytes(bytes)}`;
}

function recordWords(records: Found["records"]): string {
  if ("unseen" in records) return `not checked (${records.unseen})`;
  const { names } = records;
  if (names === undefined) return "no table SequelizeMeta: no migration is on record";
  const last = names.at(-1);
  return `${count(names.length, "migration")} on record${last === undefined ? "" : `, the last one ${last}`}`;
}
