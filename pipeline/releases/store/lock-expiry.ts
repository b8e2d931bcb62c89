import type { RunReference } from "./entries.ts";

/**
 * How long a lock outlives its holder's last sign of life; holders renew it every `renewEveryMs`. Judged by S3's clock
 * alone, when the object was written and what time the answer has: runners' clocks differ, and jump.
 */
export const lockTtlMs = 15 * 60_000;
export const renewEveryMs = 60_000;

/** True for a lock whose holder gave no sign of life for so long. */
export function hasExpired(ageMs: number): boolean {
  return ageMs >= lockTtlMs;
}

/** True where a step that relies on the lock has to renew it first, or the next renewal might come too late. */
export function isDueForRenewal(ageMs: number): boolean {
  return ageMs >= lockTtlMs / 3;
}

/**
 * Whether a run may take a lock from its holder.
 *
 * | holder | |
 * |---|---|
 * | the same run, by this or an earlier attempt of it | yes |
 * | one whose lock has expired | yes |
 * | one whose run is over, as `isOver` finds out | yes |
 * | any other | no |
 */
export async function mayTakeOver(
  holder: { readonly run: RunReference; readonly ageMs: number },
  run: RunReference,
  isOver: () => Promise<boolean>,
): Promise<boolean> {
  if (holder.run.id === run.id && holder.run.attempt <= run.attempt) return true;
  return hasExpired(holder.ageMs) || isOver();
}
