import type { ListedObject, ObservedSite } from "./observed-site.ts";
import type { ServedFile } from "./served-file.ts";
import type { SitePlan } from "./site-plan.ts";
import type { SiteRecord } from "./site-record.ts";
import { recordedRules, type SiteRules } from "./site-rules.ts";

export const now = new Date("2026-11-23T12:00:00Z");
export const immutable = "public, max-age=31536000, immutable";
export const rules: SiteRules = {
  entry: "index.html",
  errorDocument: "",
  protect: [],
  maxDelete: undefined,
  keepDays: 7,
};

export function file(content: string, headers: Partial<ServedFile> = {}): ServedFile {
  return {
    sha256: content,
    bytes: content.length,
    contentType: "text/plain",
    cacheControl: "no-cache",
    ...headers,
  };
}

export const page = file("page", { contentType: "text/html; charset=utf-8" });

export function wanted(files: Record<string, ServedFile>, release: string | null = null) {
  return { name: "folder site", prefix: "", files: new Map(Object.entries(files)), release, config: null };
}

export function recorded(files: Record<string, ServedFile & { unreferencedSince?: string }>): SiteRecord {
  const objects = Object.entries(files).map(
    ([key, one]) => [key, { ...one, etag: `"${one.sha256}"` }] as const,
  );
  return {
    site: { bucket: "b", prefix: "" },
    release: null,
    config: null,
    rules: recordedRules(rules),
    objects: new Map(objects),
  };
}

/** A bucket as the record's sync left it, but for `changes`. */
export function observed(
  record: SiteRecord | undefined,
  changes: Record<string, ListedObject | null> = {},
): ObservedSite {
  const listed = new Map<string, ListedObject>();
  for (const [key, { etag, bytes }] of record?.objects ?? []) {
    listed.set(key, { etag, bytes, modifiedAt: Date.parse("2026-11-20T00:00:00Z") / 1000 });
  }
  for (const [key, object] of Object.entries(changes)) {
    if (object === null) listed.delete(key);
    else listed.set(key, object);
  }
  return {
    ...(record ? { record } : {}),
    recordedAt: new Date("2026-11-20T00:00:01Z"),
    objects: listed,
    inspected: new Map(),
  };
}

export function summary(plan: SitePlan): string[] {
  return [
    ...plan.puts.map(({ key, phase, from, reason }) => `${phase} ${key} ${from}: ${reason}`),
    ...plan.deletes.map(({ key, reason }) => `delete ${key}: ${reason}`),
    ...plan.kept.map((key) => `keep ${key}`),
  ];
}
