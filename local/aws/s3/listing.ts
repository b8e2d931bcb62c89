import type { SortedKeys } from "./sorted-keys.ts";

export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly after: string;
  /** Also leave out every key that begins with `after`, which is a common prefix that was listed already. */
  readonly afterWholePrefix: boolean;
  readonly maxKeys: number;
}

export interface Listing {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last entry, where the next page goes on; undefined when nothing was listed. */
  readonly last: { readonly text: string; readonly isPrefix: boolean } | undefined;
}

/** One page of a listing. Takes time in proportion to the page, whatever the number of keys. */
export function listKeys(sorted: SortedKeys, request: ListingRequest): Listing {
  const { prefix, delimiter, maxKeys } = request;
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last: Listing["last"];
  let index = startIndex(sorted, request);
  while (keys.length + commonPrefixes.length < maxKeys) {
    const key = sorted.at(index);
    if (key === undefined || !key.startsWith(prefix)) break;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      keys.push(key);
      last = { text: key, isPrefix: false };
      index++;
    } else {
      const common = key.slice(0, end + delimiter.length);
      commonPrefixes.push(common);
      last = { text: common, isPrefix: true };
      index = sorted.endOfPrefix(common, index);
    }
  }
  const next = sorted.at(index);
  return {
    keys,
    commonPrefixes,
    isTruncated: maxKeys > 0 && next?.startsWith(prefix) === true,
    last,
  };
}

function startIndex(sorted: SortedKeys, { prefix, after, afterWholePrefix }: ListingRequest): number {
  const first = sorted.firstAtOrAfter(prefix);
  if (after === "") return first;
  const next = sorted.firstAfter(after);
  const beyond =
    afterWholePrefix && sorted.at(next)?.startsWith(after) ? sorted.endOfPrefix(after, next) : next;
  return Math.max(first, beyond);
}
