/** Blocks are split at this size: inserting moves at most this many keys. */
const maxBlock = 512;

/** A place in the order: of a key, or behind the last one. Good until the keys change. */
export interface Place {
  readonly block: number;
  readonly offset: number;
}

/**
 * Object keys in the order in which S3 lists them: that of their UTF-8 bytes. JavaScript compares UTF-16 units, which
 * puts characters beyond U+FFFF before U+E000 to U+FFFF.
 */
export class SortedKeys {
  /** Ascending; no block is empty. */
  readonly #blocks: string[][] = [];
  readonly compare: (left: string, right: string) => number;
  #length = 0;

  constructor(compare = compareKeys) {
    this.compare = compare;
  }

  static of(keys: Iterable<string>, compare = compareKeys): SortedKeys {
    const sorted = new SortedKeys(compare);
    const all = [...keys].sort(compare);
    for (let at = 0; at < all.length; at += maxBlock / 2) {
      sorted.#blocks.push(all.slice(at, at + maxBlock / 2));
    }
    sorted.#length = all.length;
    return sorted;
  }

  get length(): number {
    return this.#length;
  }

  at(place: Place): string | undefined {
    return this.#blocks[place.block]?.[place.offset];
  }

  next({ block, offset }: Place): Place {
    const isLast = offset + 1 >= (this.#blocks[block]?.length ?? 0);
    return isLast ? { block: block + 1, offset: 0 } : { block, offset: offset + 1 };
  }

  add(key: string): void {
    if (this.#blocks.length === 0) this.#blocks.push([]);
    const found = this.firstAtOrAfter(key);
    if (this.at(found) === key) return;
    // Behind the last key means at the end of the last block.
    const index = Math.min(found.block, this.#blocks.length - 1);
    const block = this.#blocks[index] as string[];
    block.splice(found.block > index ? block.length : found.offset, 0, key);
    this.#length++;
    if (block.length > maxBlock) this.#blocks.splice(index + 1, 0, block.splice(maxBlock / 2));
  }

  delete(key: string): void {
    const found = this.firstAtOrAfter(key);
    if (this.at(found) !== key) return;
    const block = this.#blocks[found.block] as string[];
    block.splice(found.offset, 1);
    if (block.length === 0) this.#blocks.splice(found.block, 1);
    this.#length--;
  }

  firstAtOrAfter(key: string): Place {
    return this.#first((candidate) => this.compare(candidate, key) >= 0);
  }

  firstAfter(key: string): Place {
    return this.#first((candidate) => this.compare(candidate, key) > 0);
  }

  /** The first key behind all that begin with the prefix. */
  firstBeyondPrefix(prefix: string): Place {
    return this.#first((candidate) => !candidate.startsWith(prefix) && this.compare(candidate, prefix) > 0);
  }

  /** The first key that `isBeyond`, which must hold for every later one as well. */
  #first(isBeyond: (key: string) => boolean): Place {
    const block = partition(this.#blocks.length, (index) => isBeyond(this.#blocks[index]?.at(-1) ?? ""));
    const keys = this.#blocks[block] ?? [];
    return { block, offset: partition(keys.length, (index) => isBeyond(keys[index] as string)) };
  }
}

/** The first of `count` indexes for which `holds`, which must hold for every later one as well; `count` if there is none. */
function partition(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
