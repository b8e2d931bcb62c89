import { headerTexts, type SiteFile } from "../../bundle/manifest.ts";

/** A file as the site serves it, built or written at deploy. */
export type ServedFile = SiteFile;

export type ServedHeaders = Omit<ServedFile, "sha256" | "bytes">;

export function hasSameHeaders(a: ServedHeaders, b: ServedHeaders): boolean {
  return (
    a.contentType === b.contentType &&
    a.cacheControl === b.cacheControl &&
    a.contentEncoding === b.contentEncoding &&
    a.contentDisposition === b.contentDisposition &&
    a.redirect === b.redirect
  );
}

/** One text for all the headers, equal where `hasSameHeaders` is true. */
export function headersText(headers: ServedHeaders): string {
  return headerTexts(headers).join("\0");
}

/** The headers alone, in one order, so that equal ones are equal texts. */
export function servedHeaders({
  contentType,
  cacheControl,
  contentEncoding,
  contentDisposition,
  redirect,
}: ServedHeaders): ServedHeaders {
  return {
    contentType,
    cacheControl,
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(redirect === undefined ? {} : { redirect }),
  };
}

/** The fields of a served file alone, in one order, so that equal ones are equal texts. */
export function servedFile(file: ServedFile): ServedFile {
  return { sha256: file.sha256, bytes: file.bytes, ...servedHeaders(file) };
}
