/** Text on one line, without what would end a cell of a table. */
export const tableCell = (text: string): string => text.trim().replaceAll("|", "\\|").replace(/\s+/g, " ");

/** The page with other lines between its markers `<!-- name -->` and `<!-- /name -->`. Throws where it has none. */
export function replaceBetween(text: string, name: string, page: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!pattern.test(text)) throw new Error(`${page} has no <!-- ${name} --> markers`);
  return text.replace(pattern, (_, open: string, close: string) =>
    [open, "", ...lines, "", close].join("\n"),
  );
}
