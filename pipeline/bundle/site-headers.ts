import { lookup } from "mime-types";

/** Tells the media type by extension; each has one text, however many files have it. */
export function contentTypes(): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const name = decodedName(key);
    const extension = name.slice(name.lastIndexOf(".") + 1);
    const type = known.get(extension) ?? contentType(key);
    known.set(extension, type);
    return type;
  };
}

/** The media type by extension, that of the decoded file; text is UTF-8, whatever the format's own default. */
export function contentType(key: string): string {
  return typeOfName(decodedName(key));
}

/** The media type of the bytes as they are, whatever they may be encoded from. */
export function typeOfName(key: string): string {
  const type = lookup(key) || "application/octet-stream";
  const isText = type.startsWith("text/") || /[/+](json|xml|javascript)$/.test(type);
  return isText ? `${type}; charset=utf-8` : type;
}

/** What bundlers compress ahead (`app.js.br`), and nothing that people download (`backup.tar.gz`, `people.csv.gz`). */
const encodedName = /^(.+\.(?:html?|m?js|css|svg|wasm|map))\.(br|gz|zst)$/i;
const encodings: Readonly<Record<string, string>> = { br: "br", gz: "gzip", zst: "zstd" };

/** How browsers have to decode the file, by its name; undefined for one that is as it is. */
export function contentEncoding(key: string): string | undefined {
  if (/\.svgz$/i.test(key)) return "gzip";
  return encodings[encodedName.exec(key)?.[2]?.toLowerCase() ?? ""];
}

function decodedName(key: string): string {
  return encodedName.exec(key)?.[1] ?? key;
}

/** What visitors open, and what refers to everything else; told by its media type. */
export function isPage({ contentType }: { readonly contentType: string }): boolean {
  return /^text\/html\b/i.test(contentType);
}

/**
 * | file | Cache-Control |
 * |---|---|
 * | page | asked again each time |
 * | content-named (`assets/app-B1x9_a3f.js`) | a year, immutable |
 * | service worker, JSON, web manifest | asked again each time |
 * | anything else | five minutes |
 */
export function cacheControl(key: string, type = contentType(key)): string {
  if (isPage({ contentType: type })) return "no-cache";
  const name = decodedName(key);
  if (isContentNamed(name)) return "public, max-age=31536000, immutable";
  if (/(^|\/)(service-worker|sw)\.js$|\.(json|webmanifest)$/.test(name)) return "no-cache";
  return "public, max-age=300, must-revalidate";
}

/** Whether browsers keep the file for as long as they like: it must never change under its name. */
export function isImmutable({ cacheControl }: { readonly cacheControl: string }): boolean {
  return /\bimmutable\b/i.test(cacheControl);
}

/**
 * Whether the name holds a digest of the content. Errs on the side of "no": a wrong yes would stay in browsers for a year,
 * while a wrong no is only cached for less long. In `assets/` a digest need not hold a digit.
 */
function isContentNamed(key: string): boolean {
  const digest = digestPattern.exec(key)?.[1];
  if (digest === undefined || digest.split(/[-_]/).every(isWordOrNumber)) return false;
  if (isInAssets(key)) return true;
  if (!/\d/.test(digest)) return false;
  return /^[0-9a-f]+$|^[A-Z2-7]+$/.test(digest) || (/[a-z]/.test(digest) && /[A-Z]/.test(digest));
}

/**
 * Whether the name might hold a digest, also one that looks like a number (1 of 43 of eight hexadecimal digits does) or like
 * a word. Errs on the side of "yes", but for dates: open pages may still ask for a file after it left the site.
 */
export function mayBeContentNamed(key: string): boolean {
  const digest = digestPattern.exec(decodedName(key))?.[1];
  if (digest === undefined || /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/.test(digest)) return false;
  return /^[0-9a-f]+$/.test(digest) || isInAssets(key) || isContentNamed(key);
}

/** What bundlers write before the extension: hexadecimal, or esbuild's and vite's eight characters. */
const digestPattern = /[-._]([0-9a-f]{8,64}|[\w-]{8})\.\w+(?:\.map)?$/;

/** Where vite writes. */
function isInAssets(key: string): boolean {
  return /^assets\/|\/assets\//.test(key);
}

/** `photo`, `Berlin`, `20261123`; names of people's files are made of these. */
function isWordOrNumber(part: string): boolean {
  return /^([A-Z]?[a-z]*|\d*)$/.test(part);
}
