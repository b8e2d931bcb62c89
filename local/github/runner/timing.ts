/** The longest time that a timer can wait; a longer one would end at once. */
const longestMs = 2 ** 31 - 1;

export function minutesToMs(minutes: number): number {
  return Math.min(minutes * 60_000, longestMs);
}
