import picomatch from "picomatch";
import { lines } from "../lib/inputs.ts";
import { cacheControl, contentType } from "../lib/site-headers.ts";

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

/** The headers of files in a folder: the first rule that matches, else what suits the kind of file. */
export function headersByRule(rules: readonly CacheRule[]): (key: string) => Headers {
  const matchers = rules.map(({ glob, value }) => ({ matches: picomatch(glob, { dot: true }), value }));
  return (key) => {
    const rule = matchers.find(({ matches }) => matches(key));
    return { contentType: contentType(key), cacheControl: rule?.value ?? cacheControl(key) };
  };
}
