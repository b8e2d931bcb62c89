import type { SiteFile } from "../../bundle/manifest.ts";
import type { RecordedObject } from "../record/record.ts";

/** A file as the site serves it, built or written at deploy. */
export type ServedFile = SiteFile;

export type ServedHeaders = Pick<ServedFile, "contentType" | "cacheControl" | "redirect">;

export function hasSameHeaders(a: ServedHeaders, b: ServedHeaders): boolean {
  return a.contentType === b.contentType && a.cacheControl === b.cacheControl && a.redirect === b.redirect;
}

/** The fields of a served file alone, in one order, so that equal ones are equal texts. */
export function servedFile({ sha256, bytes, contentType, cacheControl, redirect }: ServedFile): ServedFile {
  return { sha256, bytes, contentType, cacheControl, ...(redirect === undefined ? {} : { redirect }) };
}

/** Field by field: what is spread into an object takes a third more memory there, and there is one for each file. */
export function recordedObject(file: ServedFile, etag: string): RecordedObject {
  const { sha256, bytes, contentType, cacheControl, redirect } = file;
  return { sha256, bytes, contentType, cacheControl, etag, ...(redirect === undefined ? {} : { redirect }) };
}
