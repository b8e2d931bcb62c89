import { lookup } from "mime-types";
import picomatch from "picomatch";
import { lines } from "../lib/inputs.ts";

export interface Headers {
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface CacheRule {
  readonly glob: string;
  readonly value: string;
}

/** Parses the input `cache-control`: one `glob  value` per line, the first match wins. */
export function cacheRules(value: string): readonly CacheRule[] {
  return lines(value).map((line) => {
    const [, glob, directives] = /^(\S+)\s+(\S.*)$/.exec(line) ?? [];
    if (glob === undefined || directives === undefined) {
      throw new Error(`has a line without a value: "${line}" (write a glob, a space and the header)`);
    }
    return { glob, value: directives };
  });
}

/** A content-named file never changes under its name: browsers may keep it for a year. */
export function isContentNamed(headers: Pick<Headers, "cacheControl">): boolean {
  return /\bimmutable\b/i.test(headers.cacheControl);
}

/**
 * Names that bundlers make from content: a hex digest, esbuild's eight of A-Z2-7, or eight mixed characters as vite and
 * rollup write them. Errs on the side of "no": a wrong yes would stay in browsers for a year.
 */
const contentName =
  /[-._](?:(?=[^.]*\d)[0-9a-f]{8,64}|[A-Z2-7]{8}|(?=[^.]*\d)(?=[^.]*[a-z])(?=[^.]*[A-Z])[\w-]{8})\.\w+(?:\.map)?$/;

function defaultCacheControl(key: string, contentType: string): string {
  if (/^text\/html\b/.test(contentType)) return "no-cache";
  if (contentName.test(key)) return "public, max-age=31536000, immutable";
  if (/(^|\/)(service-worker|sw)\.js$|\.(json|webmanifest)$/.test(key)) return "no-cache";
  return "public, max-age=300, must-revalidate";
}

function contentTypeOf(key: string): string {
  const type = lookup(key) || "application/octet-stream";
  const isText = /^text\/|\/(javascript|json|xml|manifest\+json)$|\+xml$/.test(type);
  return isText ? `${type}; charset=utf-8` : type;
}

/** The headers of files in a folder: the first rule that matches, else what suits the kind of file. */
export function headersByRule(rules: readonly CacheRule[]): (key: string) => Headers {
  const matchers = rules.map(({ glob, value }) => ({ matches: picomatch(glob, { dot: true }), value }));
  return (key) => {
    const contentType = contentTypeOf(key);
    const rule = matchers.find(({ matches }) => matches(key));
    return { contentType, cacheControl: rule?.value ?? defaultCacheControl(key, contentType) };
  };
}
