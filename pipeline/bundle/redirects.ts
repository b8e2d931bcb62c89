import { lines } from "../kit/inputs.ts";
import { sha256 } from "../kit/sha256.ts";
import type { SiteFile } from "./manifest.ts";
import { redirectTarget } from "./manifest-problems.ts";

export interface Redirect {
  /** Key that visitors ask for, relative to the prefix. */
  readonly key: string;
  /** A path of the same site, or an address. */
  readonly to: string;
}

/**
 * Parses the input `redirects`: one `from  to` per line. `from` is a path of the site, with or without its first slash; one
 * that ends with a slash is the page of that folder. Throws a plain Error with the first line that S3 could not serve.
 */
export function redirects(value: string): readonly Redirect[] {
  const known = new Set<string>();
  return lines(value).map((line) => {
    const [from = "", to, ...more] = line.split(/\s+/);
    const path = from.replace(/^\/+/, "");
    const key = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    const problem =
      to === undefined || more.length > 0
        ? "write the old path, a space and the new one"
        : (problemOf(key, to) ?? (known.has(key) ? "it is there twice" : undefined));
    if (problem !== undefined) throw new Error(`has a line that is no redirect: "${line}" (${problem})`);
    known.add(key);
    return { key, to: to as string };
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html */
function problemOf(key: string, to: string): string | undefined {
  if (/[*?#]/.test(key)) return "S3 redirects one path each, without patterns, queries and fragments";
  if (/(^|\/)\.{0,2}(\/|$)/.test(key))
    return "the old path has an empty part, . or .., which no browser asks for";
  if (!redirectTarget.test(to)) return "the new path must begin with / or http:// or https://";
  if (!/^[\x21-\x7e]+$/.test(to)) return "the new path must be percent-encoded";
  if (Buffer.byteLength(to) > 2048) return "S3 takes at most 2 KB";
  return to === `/${key}` ? "it leads to itself" : undefined;
}

/**
 * Whether a file of a site has a place in the bundle's folder. A redirect is in the manifest alone: a folder could not hold one at
 * `docs` beside `docs/index.html`, which S3 serves well. Bundles of before hold them, as empty files.
 */
export function liesInFolder({ redirect }: Pick<SiteFile, "redirect">): boolean {
  return redirect === undefined;
}

/** The empty object that redirects; browsers ask again each time, since a 301 is theirs for good otherwise. */
export function redirectingFile({ to }: Redirect): SiteFile {
  return {
    sha256: sha256(""),
    bytes: 0,
    contentType: "text/html; charset=utf-8",
    cacheControl: "no-cache",
    redirect: to,
  };
}
