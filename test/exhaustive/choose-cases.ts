import type { FaultCase } from "./fault-area.ts";

export interface Wish {
  /** Cases whose id it matches. */
  readonly only?: RegExp | undefined;
  /** So many at random. */
  readonly sample?: number | undefined;
  readonly seed: number;
}

/** The cases that are asked for, in their own order; the same seed takes the same ones of the same list. */
export function chooseCases(cases: readonly FaultCase[], { only, sample, seed }: Wish): readonly FaultCase[] {
  const wanted = cases.filter(({ id }) => only === undefined || only.test(id));
  if (sample === undefined || sample >= wanted.length) return wanted;
  const drawn = wanted
    .map((one, index) => ({ one, index, rank: draw(seed, index) }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, sample);
  return drawn.sort((left, right) => left.index - right.index).map(({ one }) => one);
}

/** A number in [0, 1) that depends on seed and index alone (splitmix32). */
function draw(seed: number, index: number): number {
  let z = (seed + Math.imul(index + 1, 0x9e3779b9)) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
}
