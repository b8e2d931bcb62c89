import type { AttemptRecord } from "../store/ledger.ts";

/** One bar of the timeline; times in milliseconds after the attempt's first move. */
interface Span {
  /** The tier, `watch` or `verify`. */
  readonly row: string;
  readonly label: string;
  readonly from: number;
  readonly until: number;
  readonly mark: "done" | "active" | "crit";
}

/**
 * What the ledger knows of when things happened. A tier's bar ends where the next entry says that the next thing began:
 * a tier records that it is about to move, not that it has arrived. What finish does itself it measures.
 */
export function timelineOf({
  moved,
  watch,
  watched,
  end,
}: Pick<AttemptRecord, "moved" | "watch" | "watched" | "end">): readonly Span[] {
  const [first] = moved;
  if (!end || !first) return [];
  const start = Date.parse(first.at);
  const after = (at: string): number => Math.max(0, Date.parse(at) - start);
  const restored = end.restored ?? [];
  const decided = end.since ?? end.at;
  const isLive = end.outcome === "live";
  const span = (row: string, what: string, from: number, until: number, mark: Span["mark"]): Span => ({
    row,
    label: `${what} ${seconds(until - from)}`,
    from,
    // Two runners' clocks may disagree by more than a tier takes.
    until: Math.max(from, until),
    mark,
  });
  const judgedAt = restored[0]?.from ?? end.at;
  // Where nothing was verified a step had failed before, at or after the last tier that moved.
  const isJudged =
    isLive ||
    watch !== undefined ||
    watched !== undefined ||
    Date.parse(judgedAt) - Date.parse(decided) >= leastVerification;
  const arrivals = moved.map(({ tier, at }, index) => {
    const next = moved[index + 1]?.at;
    return span(
      tier,
      "moved",
      after(at),
      after(next ?? watch?.at ?? watched?.at ?? decided),
      next || isJudged ? "done" : "crit",
    );
  });
  const isRight = watched?.outcome === "right";
  const watching = watch
    ? [
        span(
          "watch",
          isRight ? "watched" : "went wrong",
          after(watch.at),
          after(watched?.at ?? decided),
          isRight ? "done" : "crit",
        ),
      ]
    : [];
  const judged = span(
    "verify",
    isLive ? "verified" : "not verified",
    after(decided),
    after(judgedAt),
    isLive ? "done" : "crit",
  );
  const back = restored.map(({ tier, outcome, from, until }) =>
    span(tier, outcome, after(from), after(until), outcome === "failed" ? "crit" : "active"),
  );
  const isWhole = end.outcome === "put-back";
  const again = restored
    .slice(-1)
    .map(({ until }) =>
      span(
        "verify",
        isWhole ? "verified again" : "not restored",
        after(until),
        after(end.at),
        isWhole ? "done" : "crit",
      ),
    );
  return [...arrivals, ...watching, ...(isJudged ? [judged] : []), ...back, ...again];
}

/** Milliseconds; deciding without asking the live system takes less. */
const leastVerification = 20;

/** The spans as a Mermaid chart; "" where there is nothing to show. */
export function timelineMarkdown(spans: readonly Span[]): string {
  if (spans.length === 0) return "";
  const rows = [...new Set(spans.map(({ row }) => row))];
  const longest = Math.max(...spans.map(({ until }) => until));
  // The times of day are offsets: Mermaid knows no duration, and any date would be shown in the reader's own time zone.
  const bars = rows.flatMap((row) => [
    `  section ${row}`,
    ...spans
      .filter((span) => span.row === row)
      .map(
        ({ label, mark, from, until }) =>
          `  ${label} :${mark}, ${offset(from)}, ${offset(Math.max(until, from + 1))}`,
      ),
  ]);
  return [
    "```mermaid",
    "gantt",
    "  dateFormat HH:mm:ss.SSS",
    `  axisFormat ${longest < 4000 ? "%S.%L" : longest < 3_600_000 ? "%M:%S" : "%H:%M"}`,
    `  tickInterval ${tickInterval(longest)}`,
    "  todayMarker off",
    ...bars,
    "```",
  ].join("\n");
}

/** The finest interval with at most six ticks, which a phone has place for. */
function tickInterval(longestMs: number): string {
  const units = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000 };
  const intervals = Object.entries(units).flatMap(([unit, ms]) =>
    (unit === "millisecond" ? [100, 500] : [1, 2, 5, 10, 30]).map((number) => ({
      text: `${number}${unit}`,
      ms: ms * number,
    })),
  );
  return (intervals.find(({ ms }) => longestMs / ms <= 6) ?? { text: "1day" }).text;
}

function offset(ms: number): string {
  return new Date(Math.min(ms, 86_399_999)).toISOString().slice(11, 23);
}

export function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
}
