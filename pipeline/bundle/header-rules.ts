import picomatch from "picomatch";
import { lines } from "../kit/inputs.ts";
import type { SiteFile } from "./manifest.ts";
import { cacheControl, contentEncoding, contentTypes, typeOfName } from "./site-headers.ts";

/** What a built file is served with. */
export type Headers = Pick<
  SiteFile,
  "contentType" | "cacheControl" | "contentEncoding" | "contentDisposition" | "metadata"
>;

interface HeaderRule {
  readonly glob: string;
  readonly value: string;
}

/** Parses the input `cache-control`: one `glob  value` per line, the first match wins. */
export function cacheRules(value: string): readonly HeaderRule[] {
  return headerRules(value, /^[\x20-\x7e]+$/, "Cache-Control, such as max-age=60");
}

/** Parses the input `content-type`: one `glob  value` per line, the first match wins. */
export function typeRules(value: string): readonly HeaderRule[] {
  return headerRules(value, /^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/, "media type, such as text/plain");
}

/** Parses the input `content-encoding`: one `glob  value` per line, the first match wins; `identity` is for none. */
export function encodingRules(value: string): readonly HeaderRule[] {
  return headerRules(
    value,
    /^(br|gzip|zstd|deflate|identity)$/,
    "encoding: br, gzip, zstd, deflate or identity",
  );
}

/** Parses the input `content-disposition`: one `glob  value` per line, the first match wins. */
export function dispositionRules(value: string): readonly HeaderRule[] {
  return headerRules(
    value,
    /^(inline|attachment)(;[\x20-\x7e]*)?$/,
    "Content-Disposition, such as attachment",
  );
}

/** Parses the input `metadata`: one `glob  name=value` per line, for each name the first match wins. */
export function metadataRules(value: string): readonly HeaderRule[] {
  const rules = headerRules(value, /^[\w-]+=[\x20-\x7e]+$/, "metadata, such as team=web");
  const reserved = rules.find((rule) => /^sha256=/i.test(rule.value));
  if (reserved) throw new Error(`has a line for the name that syncs know files by: "${reserved.value}"`);
  return rules;
}

function headerRules(value: string, pattern: RegExp, what: string): readonly HeaderRule[] {
  return lines(value).map((line) => {
    const [, glob, header] = /^(\S+)\s+(\S.*)$/.exec(line) ?? [];
    if (glob === undefined || header === undefined) {
      throw new Error(`has a line without a value: "${line}" (write a glob, a space and the header)`);
    }
    if (!pattern.test(header)) throw new Error(`has a line whose value is no ${what}: "${line}"`);
    return { glob, value: header };
  });
}

/** The headers of files in a folder: the first rule that matches, else what suits the kind of file. */
export function headersByRule(
  caching: readonly HeaderRule[],
  types: readonly HeaderRule[] = [],
  more: {
    readonly encodings?: readonly HeaderRule[];
    readonly dispositions?: readonly HeaderRule[];
    readonly metadata?: readonly HeaderRule[];
  } = {},
): (key: string) => Headers {
  const cacheRule = firstMatch(caching);
  const typeRule = firstMatch(types);
  const encodingRule = firstMatch(more.encodings ?? []);
  const dispositionRule = firstMatch(more.dispositions ?? []);
  const metadataOf = allMatches(more.metadata ?? []);
  const typeOf = contentTypes();
  return (key) => {
    const encoding = encodingRule(key) ?? contentEncoding(key);
    const contentType = typeRule(key) ?? (encoding === "identity" ? typeOfName(key) : typeOf(key));
    const disposition = dispositionRule(key);
    const metadata = metadataOf(key);
    return {
      contentType,
      cacheControl: cacheRule(key) ?? cacheControl(key, contentType),
      ...(encoding === undefined || encoding === "identity" ? {} : { contentEncoding: encoding }),
      ...(disposition === undefined ? {} : { contentDisposition: disposition }),
      ...(metadata === undefined ? {} : { metadata }),
    };
  };
}

/** What the rules that match say, by name; each set of them is one object, however many files have it. */
function allMatches(
  rules: readonly HeaderRule[],
): (key: string) => Readonly<Record<string, string>> | undefined {
  const matchers = rules.map(({ glob, value }) => ({ matches: picomatch(glob, { dot: true }), value }));
  const known = new Map<string, Readonly<Record<string, string>>>();
  return (key) => {
    const values = matchers.filter(({ matches }) => matches(key)).map(({ value }) => value);
    if (values.length === 0) return undefined;
    const name = values.join("\n");
    const pairs = values.toReversed().map((one): [string, string] => {
      const at = one.indexOf("=");
      return [one.slice(0, at).toLowerCase(), one.slice(at + 1)];
    });
    const metadata = known.get(name) ?? Object.fromEntries(pairs);
    known.set(name, metadata);
    return metadata;
  };
}

function firstMatch(rules: readonly HeaderRule[]): (key: string) => string | undefined {
  const matchers = rules.map(({ glob, value }) => ({ matches: picomatch(glob, { dot: true }), value }));
  return (key) => matchers.find(({ matches }) => matches(key))?.value;
}
