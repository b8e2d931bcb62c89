/**
 * Object keys in the order in which S3 lists them: that of their UTF-8 bytes. JavaScript compares UTF-16 units, which
 * puts characters beyond U+FFFF before U+E000 to U+FFFF.
 */
export class SortedKeys {
  #keys: string[] = [];

  static of(keys: Iterable<string>): SortedKeys {
    const sorted = new SortedKeys();
    sorted.#keys = [...keys].sort(compareKeys);
    return sorted;
  }

  get length(): number {
    return this.#keys.length;
  }

  at(index: number): string | undefined {
    return this.#keys[index];
  }

  add(key: string): void {
    const index = this.firstAtOrAfter(key);
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key);
  }

  delete(key: string): void {
    const index = this.firstAtOrAfter(key);
    if (this.#keys[index] === key) this.#keys.splice(index, 1);
  }

  firstAtOrAfter(key: string): number {
    return this.#search(0, (candidate) => compareKeys(candidate, key) >= 0);
  }

  firstAfter(key: string): number {
    return this.#search(0, (candidate) => compareKeys(candidate, key) > 0);
  }

  /** The first index from `from` on whose key does not begin with the prefix; the key at `from` has to. */
  endOfPrefix(prefix: string, from: number): number {
    return this.#search(from, (candidate) => !candidate.startsWith(prefix));
  }

  /** The first index from `low` on that `isBeyond`; which must hold for every later one as well. */
  #search(low: number, isBeyond: (key: string) => boolean): number {
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBeyond(this.#keys[middle] as string)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
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
