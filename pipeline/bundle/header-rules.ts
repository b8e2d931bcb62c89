import picomatch from "picomatch";
import { lines } from "../kit/inputs.ts";
import { cacheControl, contentTypes } from "./site-headers.ts";

export interface Headers {
  readonly contentType: string;
  readonly cacheControl: string;
}

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
): (key: string) => Headers {
  const cacheRule = firstMatch(caching);
  const typeRule = firstMatch(types);
  const typeOf = contentTypes();
  return (key) => ({
    contentType: typeRule(key) ?? typeOf(key),
    cacheControl: cacheRule(key) ?? cacheControl(key),
  });
}

function firstMatch(rules: readonly HeaderRule[]): (key: string) => string | undefined {
  const matchers = rules.map(({ glob, value }) => ({ matches: picomatch(glob, { dot: true }), value }));
  return (key) => matchers.find(({ matches }) => matches(key))?.value;
}
