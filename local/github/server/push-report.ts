import { createDisplay } from "../display/display.ts";
import { markdownLines } from "../display/markdown-lines.ts";
import { hasUnicode } from "../display/terminal.ts";
import type { PushResult } from "./events/push-result.ts";
import type { Hub } from "./hub.ts";
import { summarize } from "./run-summary.ts";
import type { RunRecord } from "./state/runs.ts";

/** What git writes before each line. */
const prefix = "remote: ";
/** Where nobody knows the terminal: a line still fits one of 100 columns. */
const usualColumns = 98;

/** Narrower lines say nothing any more. */
const leastColumns = 40;

/** Where the push was typed. */
interface Pusher {
  /** The variables of its locale. */
  readonly locale: Readonly<Record<string, string | undefined>>;
  /** Of its terminal; undefined where it has none. */
  readonly columns: number | undefined;
}

/**
 * What a pusher reads: sentences about the push, then each run as it happens, how it ended, and what it wrote to its pull
 * request. Ends when the runs do, or when the stack stops.
 */
export async function* pushReport(
  hub: Hub,
  { runs, notes }: PushResult,
  pusher: Pusher,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const note of notes) yield `${note}\n`;
  if (runs.length > 0) yield "Ctrl-C ends this report, not the run: npm run cancel does that.\n";
  for (const record of runs) {
    yield "\n";
    yield* runReport(hub, record, pusher, signal);
    if (record.pullRequest !== undefined)
      yield* newComments(hub, record.pullRequest, record.startedAt, widthFor(pusher));
  }
}

async function* runReport(
  hub: Hub,
  record: RunRecord,
  pusher: Pusher,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { id } = record.head;
  const { url, summaryFile } = summarize(hub, record);
  const said = new Spool();
  const display = createDisplay({
    stream: said,
    isTTY: false,
    noColor: true,
    unicode: hasUnicode(pusher.locale),
    columns: () => widthFor(pusher),
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

function widthFor({ columns = usualColumns }: Pusher): number {
  return Math.max(leastColumns, columns - prefix.length);
}

function* newComments({ comments }: Hub, pull: number, since: string, columns: number): Generator<string> {
  for (const { body, author, updatedAt } of comments.of(pull)) {
    if (Date.parse(updatedAt) < Date.parse(since)) continue;
    const lines = markdownLines(body, columns - 2).map((line) => `  ${line}`.trimEnd());
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
