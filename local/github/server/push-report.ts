import { createDisplay } from "../display/display.ts";
import { hasUnicode } from "../display/terminal.ts";
import { commentLines } from "./comment-text.ts";
import type { PushResult } from "./events/push-result.ts";
import type { Hub } from "./hub.ts";
import { summarize } from "./run-summary.ts";
import type { RunRecord } from "./state/runs.ts";

/** With git's "remote: " before it, a line still fits a terminal of 100 columns. */
const columns = 90;

/**
 * What a pusher reads: sentences about the push, then each run as it happens, how it ended, and what it wrote to its pull
 * request. Ends when the runs do, or when the stack stops.
 */
export async function* pushReport(
  hub: Hub,
  { runs, notes }: PushResult,
  locale: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const note of notes) yield `${note}\n`;
  if (runs.length > 0) yield "Ctrl-C ends this report, not the run: npm run cancel does that.\n";
  for (const record of runs) {
    yield "\n";
    yield* runReport(hub, record, locale, signal);
    if (record.pullRequest !== undefined) yield* newComments(hub, record.pullRequest, record.startedAt);
  }
}

async function* runReport(
  hub: Hub,
  record: RunRecord,
  locale: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { id } = record.head;
  const { url, summaryFile } = summarize(hub, record);
  const said = new Spool();
  const display = createDisplay({
    stream: said,
    isTTY: false,
    noColor: true,
    unicode: hasUnicode(locale),
    columns: () => columns,
    rows: () => 24,
    links: () => ({ log: url, summary: summaryFile }),
  });
  const feed = async (): Promise<void> => {
    for await (const event of hub.actions.runs.follow(id, signal)) display.feed(event);
    display.close();
    said.end();
  };
  const fed = feed();
  yield* said.texts();
  await fed;
}

function* newComments({ comments }: Hub, pull: number, since: string): Generator<string> {
  for (const { body, author, updatedAt } of comments.of(pull)) {
    if (Date.parse(updatedAt) < Date.parse(since)) continue;
    const lines = commentLines(body, columns - 2).map((line) => `  ${line}`.trimEnd());
    yield `\n${author} commented on #${pull}:\n${lines.join("\n")}\n`;
  }
}

/** Texts written by a display, for whoever reads them. */
class Spool {
  readonly #waiting: string[] = [];
  #ended = false;
  #wake = (): void => {};

  write(text: string): void {
    this.#waiting.push(text);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *texts(): AsyncGenerator<string> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#waiting.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
