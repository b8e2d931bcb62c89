import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../../files.ts";
import { applyEvent, type RunView, viewOf } from "../../display/run-view.ts";
import type { Conclusion, ReferencedWorkflow, RunEvent, RunHead } from "../../run-events.ts";
import { JsonFile, readJson } from "./json-file.ts";

/** What is kept of a run beside its events: all that is needed to show it, and to run it again. */
export interface RunRecord {
  readonly head: RunHead;
  /** Branch or tag that the run is about, and its commit; for a pull request those of its head. */
  readonly headBranch: string;
  readonly headSha: string;
  /** Branch names for `github.head_ref` and `github.base_ref`; "" outside pull requests. */
  readonly headRef: string;
  readonly baseRef: string;
  readonly pullRequest?: number;
  readonly event: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Login of the owner of the fork that the pull request is from. */
  readonly fork?: string;
  /** The reusable workflows that it calls, once they are known. */
  readonly referencedWorkflows?: readonly ReferencedWorkflow[];
  readonly createdAt: string;
  /** Of the latest attempt. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly conclusion?: Conclusion;
}

export type RunState = RunView["state"] | "interrupted";

interface ActiveRun {
  /** The open events file: a step may print a great many lines. */
  readonly file: number;
  readonly listeners: Set<(event: RunEvent) => void>;
  view: RunView;
}

/**
 * The runs of the repository: `runs/<id>/run.json`, `events.ndjson` and, at the end, `summary.md`. A run that has no end
 * and is not active was interrupted: the stack stopped under it.
 */
export class RunStore {
  readonly #directory: string;
  readonly #records = new Map<number, RunRecord>();
  readonly #active = new Map<number, ActiveRun>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const record = /^\d+$/.test(name) ? readJson<RunRecord>(join(directory, name, "run.json")) : undefined;
      if (record !== undefined) this.#records.set(record.head.id, record);
    }
  }

  /** Newest first. */
  list(): readonly RunRecord[] {
    return [...this.#records.values()].sort((a, b) => b.head.id - a.head.id);
  }

  get(id: number): RunRecord | undefined {
    return this.#records.get(id);
  }

  directory(id: number): string {
    return join(this.#directory, String(id));
  }

  state(id: number): RunState {
    const active = this.#active.get(id);
    if (active !== undefined) return active.view.state;
    return this.#records.get(id)?.conclusion === undefined ? "interrupted" : "ended";
  }

  /** What the events of the latest attempt say. */
  view(id: number): RunView | undefined {
    return this.#active.get(id)?.view ?? viewOf(this.events(id));
  }

  /** The events of an attempt so far, the latest where none is named; a last line cut off by a kill is left out. */
  events(id: number, attempt = this.#records.get(id)?.head.attempt): readonly RunEvent[] {
    const isLatest = attempt === this.#records.get(id)?.head.attempt;
    const file = isLatest ? this.#eventsFile(id) : join(this.directory(id), `events-${attempt}.ndjson`);
    return readEvents(file);
  }

  /** What the events of an earlier attempt say. */
  earlierView(id: number, attempt: number): RunView | undefined {
    return viewOf(this.events(id, attempt));
  }

  /** Begins a run, or its next attempt: the earlier attempt's events and summary are kept under its number. */
  begin(record: RunRecord, queuedAt: string): void {
    const { id, attempt } = record.head;
    mkdirSync(this.directory(id), { recursive: true });
    for (const [name, kept] of [
      ["events.ndjson", `events-${attempt - 1}.ndjson`],
      ["summary.md", `summary-${attempt - 1}.md`],
    ] as const) {
      const file = join(this.directory(id), name);
      if (existsSync(file)) renameSync(file, join(this.directory(id), kept));
    }
    this.#save(record);
    const event: RunEvent = { type: "run-queued", at: queuedAt, run: record.head };
    const file = openSync(this.#eventsFile(id), "a");
    writeSync(file, `${JSON.stringify(event)}\n`);
    this.#active.set(id, { file, listeners: new Set(), view: applyEvent(undefined, event) as RunView });
  }

  /** Adds an event to an active run; on disk before anybody is told. `run-ended` ends it. */
  append(id: number, event: RunEvent): void {
    const active = this.#active.get(id);
    const record = this.#records.get(id);
    if (active === undefined || record === undefined) return;
    writeSync(active.file, `${JSON.stringify(event)}\n`);
    applyEvent(active.view, event);
    if (event.type === "run-started") {
      this.#save({ ...record, referencedWorkflows: event.referencedWorkflows ?? [] });
    }
    if (event.type === "run-ended") {
      writeFileAtomically(join(this.directory(id), "summary.md"), summaryOf(active.view));
      this.#save({ ...record, conclusion: event.conclusion, endedAt: event.at });
      this.#active.delete(id);
      closeSync(active.file);
    }
    for (const listener of active.listeners) listener(event);
  }

  /** The events so far and those to come, until the run ends, is abandoned, or the signal aborts. */
  async *follow(id: number, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    const active = this.#active.get(id);
    const waiting: (RunEvent | undefined)[] = [...this.events(id)];
    if (active === undefined) {
      yield* waiting as RunEvent[];
      return;
    }
    let wake = (): void => {};
    const push = (event: RunEvent | undefined): void => {
      waiting.push(event);
      wake();
    };
    const listener = (event: RunEvent): void => push(event);
    const stop = (): void => push(undefined);
    active.listeners.add(listener);
    this.#abandoned.signal.addEventListener("abort", stop, { once: true });
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        while (waiting.length > 0) {
          const event = waiting.shift();
          if (event === undefined) return;
          yield event;
          if (event.type === "run-ended") return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      active.listeners.delete(listener);
      this.#abandoned.signal.removeEventListener("abort", stop);
      signal?.removeEventListener("abort", stop);
    }
  }

  readonly #abandoned = new AbortController();

  /** Gives up the active runs as they are: no end is written, so that they count as interrupted. */
  abandon(): void {
    for (const { file } of this.#active.values()) closeSync(file);
    this.#active.clear();
    this.#abandoned.abort();
  }

  #save(record: RunRecord): void {
    this.#records.set(record.head.id, record);
    new JsonFile<RunRecord | undefined>(join(this.directory(record.head.id), "run.json"), undefined).set(
      record,
    );
  }

  #eventsFile(id: number): string {
    return join(this.directory(id), "events.ndjson");
  }
}

function readEvents(file: string): RunEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as RunEvent];
      } catch {
        return [];
      }
    });
}

function summaryOf(view: RunView): string {
  return view.jobs.flatMap(({ summaries }) => summaries.map((text) => `${text.trimEnd()}\n`)).join("\n");
}
