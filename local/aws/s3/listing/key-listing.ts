import type { Place, SortedKeys } from "../storage/sorted-keys.ts";

interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly after: string;
  /** Also leave out every key that begins with `after`, which is a common prefix that was listed already. */
  readonly afterWholePrefix: boolean;
  readonly maxKeys: number;
}

interface Listing {
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
  let place = start(sorted, request);
  while (keys.length + commonPrefixes.length < maxKeys) {
    const key = sorted.at(place);
    if (key === undefined || !key.startsWith(prefix)) break;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) {
      keys.push(key);
      last = { text: key, isPrefix: false };
      place = sorted.next(place);
    } else {
      const common = key.slice(0, end + delimiter.length);
      commonPrefixes.push(common);
      last = { text: common, isPrefix: true };
      place = sorted.firstBeyondPrefix(common);
    }
  }
  const next = sorted.at(place);
  return {
    keys,
    commonPrefixes,
    isTruncated: maxKeys > 0 && next?.startsWith(prefix) === true,
    last,
  };
}

function start(sorted: SortedKeys, { prefix, after, afterWholePrefix }: ListingRequest): Place {
  if (after === "" || sorted.compare(after, prefix) < 0) return sorted.firstAtOrAfter(prefix);
  return afterWholePrefix ? sorted.firstBeyondPrefix(after) : sorted.firstAfter(after);
}
