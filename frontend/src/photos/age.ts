const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago a time was, in words. A clock that is a little behind the server's reads "just now". */
export function ageOf(time: Date, now: Date, locale?: string): string {
  const seconds = (now.getTime() - time.getTime()) / 1000;
  const unit = units.find(([, length]) => seconds >= length);
  if (unit === undefined) return "just now";
  const [name, length] = unit;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(seconds / length), name);
}
