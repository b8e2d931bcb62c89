import { lookup } from "mime-types";

/** Tells the media type by extension; each has one text, however many files have it. */
export function contentTypes(): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const extension = key.slice(key.lastIndexOf(".") + 1);
    const type = known.get(extension) ?? contentType(key);
    known.set(extension, type);
    return type;
  };
}

/** The media type by extension; text is UTF-8, whatever the format's own default. */
export function contentType(key: string): string {
  const type = lookup(key) || "application/octet-stream";
  const isText = type.startsWith("text/") || /[/+](json|xml|javascript)$/.test(type);
  return isText ? `${type}; charset=utf-8` : type;
}

/**
 * | file | Cache-Control |
 * |---|---|
 * | page | asked again each time |
 * | content-named (`assets/app-B1x9_a3f.js`) | a year, immutable |
 * | service worker, JSON, web manifest | asked again each time |
 * | anything else | five minutes |
 */
export function cacheControl(key: string): string {
  if (/\.html?$/.test(key)) return "no-cache";
  if (isContentNamed(key)) return "public, max-age=31536000, immutable";
  if (/(^|\/)(service-worker|sw)\.js$|\.(json|webmanifest)$/.test(key)) return "no-cache";
  return "public, max-age=300, must-revalidate";
}

/** Whether browsers keep the file for as long as they like: it must never change under its name. */
export function isImmutable({ cacheControl }: { readonly cacheControl: string }): boolean {
  return /\bimmutable\b/i.test(cacheControl);
}

/**
 * Whether the name holds a digest of the content, as bundlers write it before the extension: hexadecimal, or esbuild's and
 * vite's eight characters. Errs on the side of "no": a wrong yes would stay in browsers for a year, while a wrong no is
 * only cached for less long. In `assets/`, where vite writes, a digest need not hold a digit.
 */
function isContentNamed(key: string): boolean {
  const digest = /[-._]([0-9a-f]{8,64}|[\w-]{8})\.\w+(?:\.map)?$/.exec(key)?.[1];
  if (digest === undefined || digest.split(/[-_]/).every(isWordOrNumber)) return false;
  if (/^assets\/|\/assets\//.test(key)) return true;
  if (!/\d/.test(digest)) return false;
  return /^[0-9a-f]+$|^[A-Z2-7]+$/.test(digest) || (/[a-z]/.test(digest) && /[A-Z]/.test(digest));
}

/** `photo`, `Berlin`, `20261123`; names of people's files are made of these. */
function isWordOrNumber(part: string): boolean {
  return /^([A-Z]?[a-z]*|\d*)$/.test(part);
}
