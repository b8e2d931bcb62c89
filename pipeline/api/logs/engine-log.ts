/** One entry of eb-engine.log; what follows its first line belongs to it. */
export interface EngineEntry {
  readonly at: Date;
  readonly level: string;
  readonly text: string;
}

/** As the platform writes them: `2026/11/23 12:00:00.123456 [ERROR] text`, in UTC. */
const head = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d* \[(\w+)\] (.*)$/;

/** The first step of a deployment; other commands, as the one for the tails of logs, have none of that name. */
const isBeginning = /Executing instruction: StageApplication/;

/**
 * The entries on or after `since`, from the last deployment's beginning where it is among them: an earlier deploy's errors are in
 * the same file, and clocks have whole seconds. Lines without a time before the first entry are left out.
 */
export function engineEntries(lines: readonly string[], since: Date): readonly EngineEntry[] {
  const entries: EngineEntry[] = [];
  for (const line of lines) {
    const [, year, month, day, time, level = "", text = ""] = head.exec(line) ?? [];
    const last = entries.at(-1);
    if (year !== undefined) entries.push({ at: new Date(`${year}-${month}-${day}T${time}Z`), level, text });
    else if (last) entries[entries.length - 1] = { ...last, text: `${last.text}\n${line}` };
  }
  const recent = entries.filter(({ at }) => at >= since);
  return recent.slice(
    Math.max(
      0,
      recent.findLastIndex(({ text }) => isBeginning.test(text)),
    ),
  );
}

export function isEngineError({ level }: EngineEntry): boolean {
  return level === "ERROR" || level === "FATAL";
}

/**
 * When the new version took the place of the one before, whose process writes until then; "never" where the deploy ended
 * before that, and undefined where its beginning has scrolled out of the log's tail.
 */
export function flippedAt(entries: readonly EngineEntry[]): Date | "never" | undefined {
  const flip = entries.findLast(({ text }) => /FlipApplication/.test(text));
  if (flip) return flip.at;
  return entries.some(({ text }) => isBeginning.test(text)) ? "never" : undefined;
}
