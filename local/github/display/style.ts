import type { Conclusion } from "../run-events.ts";

/** How states look: colours and symbols, or neither. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly attention: (text: string) => string;
  readonly active: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly queued: string;
  readonly waiting: string;
  readonly separator: string;
  readonly gutter: string;
  readonly spinner: readonly string[];
  /** The symbol of a conclusion, coloured. */
  readonly mark: (conclusion: Conclusion) => string;
}

export function styleOf(options: { readonly color: boolean; readonly unicode: boolean }): Style {
  const paint =
    (open: number, close: number) =>
    (text: string): string =>
      options.color ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  const good = paint(32, 39);
  const bad = paint(31, 39);
  const attention = paint(33, 39);
  const dim = paint(2, 22);
  const symbols = options.unicode
    ? { success: "✓", failure: "✗", timed_out: "✗", cancelled: "⊘", skipped: "–" }
    : {
        success: "ok",
        failure: "FAILED",
        timed_out: "TIMED OUT",
        cancelled: "cancelled",
        skipped: "skipped",
      };
  const colours = { success: good, failure: bad, timed_out: bad, cancelled: attention, skipped: dim };
  return {
    good,
    bad,
    attention,
    dim,
    active: paint(36, 39),
    strong: paint(1, 22),
    queued: options.unicode ? "○" : ".",
    waiting: options.unicode ? "◌" : "~",
    separator: options.unicode ? " › " : " > ",
    gutter: options.unicode ? "│ " : "| ",
    spinner: options.unicode ? [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"] : [..."|/-\\"],
    mark: (conclusion) => colours[conclusion](symbols[conclusion]),
  };
}
