import type { SiteFile } from "../../bundle/manifest.ts";

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
