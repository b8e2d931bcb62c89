import type { DisplayOptions } from "./display.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the stream can show, by what it is and what its user asked for: `NO_COLOR` (any value, https://no-color.org),
 * `CI` and `TERM=dumb` (no redrawing), a locale or console without Unicode.
 */
export function terminalOf(
  stream: NodeJS.WriteStream,
  environment: Environment,
): Pick<DisplayOptions, "stream" | "isTTY" | "noColor" | "unicode" | "columns" | "rows"> {
  return {
    stream,
    isTTY: stream.isTTY === true && environment.TERM !== "dumb" && !environment.CI,
    noColor: Boolean(environment.NO_COLOR),
    unicode: hasUnicode(environment),
    // Programs such as script(1), and some CI, give a terminal of 0 by 0.
    columns: () => stream.columns || 98,
    rows: () => stream.rows || 24,
  };
}

/** Unset locales are taken for UTF-8, as containers have it; the kernel's own console has no such glyphs. */
export function hasUnicode(environment: Environment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  return environment.TERM !== "linux" && (locale === "" || /utf-?8/i.test(locale));
}
