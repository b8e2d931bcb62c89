import { headerTexts, metadataText, type SiteFile } from "../../bundle/manifest.ts";

/** How the bucket stores a file, as far as it is told; what is absent is the bucket's business. */
export interface Placement {
  readonly storageClass?: string;
  /** ARN of a key of KMS. */
  readonly kmsKey?: string;
}

/** A file as the site serves it, built or written at deploy. */
export type ServedFile = SiteFile & Placement;

export type ServedHeaders = Omit<ServedFile, "sha256" | "bytes">;

export function hasSameHeaders(a: ServedHeaders, b: ServedHeaders): boolean {
  return (
    a.contentType === b.contentType &&
    a.cacheControl === b.cacheControl &&
    a.contentEncoding === b.contentEncoding &&
    a.contentDisposition === b.contentDisposition &&
    a.redirect === b.redirect &&
    a.storageClass === b.storageClass &&
    a.kmsKey === b.kmsKey &&
    (a.metadata === b.metadata || metadataText(a.metadata) === metadataText(b.metadata))
  );
}

/** One text for all the headers, equal where `hasSameHeaders` is true. */
export function headersText(headers: ServedHeaders): string {
  const { storageClass, kmsKey } = headers;
  const placement = [storageClass && `class ${storageClass}`, kmsKey && `key ${kmsKey}`].filter(Boolean);
  return [...headerTexts(headers), ...placement].join("\0");
}

/** The headers alone, in one order, so that equal ones are equal texts. */
export function servedHeaders(headers: ServedHeaders): ServedHeaders {
  const { contentType, cacheControl, ...rest } = headers;
  return { contentType, cacheControl, ...optionalHeaders(rest) };
}

/** Those that not every file has, without what is absent. */
export function optionalHeaders({
  contentEncoding,
  contentDisposition,
  metadata,
  redirect,
  storageClass,
  kmsKey,
}: Omit<ServedHeaders, "contentType" | "cacheControl">) {
  return {
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(redirect === undefined ? {} : { redirect }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
  };
}

/** The fields of a served file alone, in one order, so that equal ones are equal texts. */
export function servedFile(file: ServedFile): ServedFile {
  return { sha256: file.sha256, bytes: file.bytes, ...servedHeaders(file) };
}
