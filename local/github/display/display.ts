import type { RunEvent } from "../run-events.ts";
import { liveLines } from "./live-view.ts";
import { eventLines, progressLine } from "./plain-lines.ts";
import { applyEvent, type RunView } from "./run-view.ts";
import { type Style, styleOf } from "./style.ts";
import { type Links, verdictLines } from "./verdict.ts";

export interface DisplayOptions {
  readonly stream: { write(text: string): unknown };
  /** A live view that redraws itself; plain lines otherwise. */
  readonly isTTY: boolean;
  readonly noColor: boolean;
  readonly unicode: boolean;
  /** Size of the terminal, asked at every redraw. */
  readonly columns: () => number;
  readonly rows: () => number;
  /** Where a reader finds the log and the summary of a run. */
  readonly links?: ((runId: number) => Links) | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** Shows one run as it happens. */
export interface Display {
  feed(event: RunEvent): void;
  /** Writes a line that is no part of the run; it stays, above what is redrawn. */
  print(line: string): void;
  /** Must be called when no more events come; says so when the run had not ended. */
  close(): void;
}

const frameMs = 100;
const quietMs = 5000;

/** A display of one run: a live view on a terminal, plain lines elsewhere. Both end with the verdict. */
export function createDisplay(options: DisplayOptions): Display {
  const style = styleOf({ color: !options.noColor && options.isTTY, unicode: options.unicode });
  return options.isTTY ? new LiveDisplay(options, style) : new PlainDisplay(options, style);
}

class PlainDisplay implements Display {
  readonly #options: DisplayOptions;
  readonly #style: Style;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  /** When each job last said anything. */
  readonly #heard = new Map<string, number>();
  #view: RunView | undefined;

  constructor(options: DisplayOptions, style: Style) {
    this.#options = options;
    this.#style = style;
    this.#now = options.now ?? Date.now;
    this.#timer = setInterval(() => this.#tellProgress(), 1000).unref();
  }

  feed(event: RunEvent): void {
    this.#view = applyEvent(this.#view, event);
    if (this.#view === undefined) return;
    const lines = eventLines(event, this.#view, this.#style, this.#options.columns());
    if ("job" in event && (lines.length > 0 || event.type.endsWith("-started")))
      this.#heard.set(event.job, this.#now());
    this.#print(lines);
    if (event.type === "run-ended") this.#verdict(this.#view);
  }

  print(line: string): void {
    this.#print([line]);
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#view !== undefined && this.#view.state !== "ended") this.#verdict(this.#view);
  }

  #tellProgress(): void {
    for (const job of this.#view?.jobs ?? []) {
      const heard = this.#heard.get(job.id);
      if (job.state !== "running" || heard === undefined || this.#now() - heard < quietMs) continue;
      const line = progressLine(this.#view as RunView, job, this.#now(), this.#options.columns());
      if (line !== undefined) this.#print([line]);
      this.#heard.set(job.id, this.#now());
    }
  }

  #verdict(view: RunView): void {
    clearInterval(this.#timer);
    const links = this.#options.links?.(view.head.id) ?? {};
    this.#print(["", ...verdictLines(view, links, this.#style, this.#options.columns())]);
  }

  #print(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.stream.write(`${lines.join("\n")}\n`);
  }
}

class LiveDisplay implements Display {
  readonly #options: DisplayOptions;
  readonly #style: Style;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #view: RunView | undefined;
  /** Lines of the live part on the screen now, above the cursor. */
  #drawn = 0;
  #frame = 0;
  readonly #showCursor = (): void => {
    this.#options.stream.write("\x1b[?25h");
  };

  constructor(options: DisplayOptions, style: Style) {
    this.#options = options;
    this.#style = style;
    this.#now = options.now ?? Date.now;
    options.stream.write("\x1b[?25l");
    process.once("exit", this.#showCursor);
    this.#timer = setInterval(() => {
      this.#frame += 1;
      this.#draw([]);
    }, frameMs).unref();
  }

  feed(event: RunEvent): void {
    this.#view = applyEvent(this.#view, event);
    if (this.#view === undefined) return;
    if (event.type === "annotation") {
      this.#draw(eventLines(event, this.#view, this.#style, this.#options.columns()));
    }
    if (event.type === "run-ended") this.#end(this.#view);
  }

  print(line: string): void {
    if (this.#view === undefined) this.#options.stream.write(`${line}\n`);
    else this.#draw([line]);
  }

  close(): void {
    if (this.#view !== undefined && this.#view.state !== "ended") this.#end(this.#view);
    else this.#release();
  }

  #end(view: RunView): void {
    const links = this.#options.links?.(view.head.id) ?? {};
    this.#draw([]);
    this.#drawn = 0;
    const lines = verdictLines(view, links, this.#style, this.#options.columns());
    this.#options.stream.write(`\n${lines.join("\n")}\n`);
    this.#view = undefined;
    this.#release();
  }

  #release(): void {
    clearInterval(this.#timer);
    process.off("exit", this.#showCursor);
    this.#showCursor();
  }

  /** Writes the lines above the live part for good, and the live part anew: one write, which terminals show at once. */
  #draw(lines: readonly string[]): void {
    if (this.#view === undefined) return;
    const columns = Math.max(20, this.#options.columns() - 1);
    const live = liveLines(this.#view, this.#style, {
      columns,
      rows: this.#options.rows(),
      now: this.#now(),
      frame: this.#frame,
    });
    const up = this.#drawn === 0 ? "" : `\x1b[${this.#drawn}A`;
    const body = [...lines, ...live].map((line) => `${line}\x1b[K\n`).join("");
    this.#options.stream.write(`\x1b[?2026h${up}\r${body}\x1b[J\x1b[?2026l`);
    this.#drawn = live.length;
  }
}
