import { appendFileSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../files.ts";

export const severities = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type Severity = (typeof severities)[number];

export interface EventRecord {
  /** Grows by one with each event; pages continue below it, whatever is appended meanwhile. */
  readonly sequence: number;
  readonly at: string;
  readonly severity: Severity;
  readonly message: string;
  readonly application?: string;
  readonly environment?: string;
  readonly environmentId?: string;
  readonly versionLabel?: string;
  readonly requestId?: string;
}

interface EventFilter {
  readonly application?: string;
  readonly environment?: string;
  readonly environmentId?: string;
  readonly versionLabel?: string;
  readonly requestId?: string;
  /** This level or higher. */
  readonly severity?: Severity;
  /** Included. */
  readonly from?: Date;
  /** Excluded. */
  readonly to?: Date;
  readonly below?: number;
}

const keptDays = 42;

/** The events of this Region: one line of JSON each, appended; a line that a kill tore is dropped on the next start. */
export class EventLog {
  readonly #file: string;
  readonly #now: () => Date;
  #events: EventRecord[];

  constructor(directory: string, now: () => Date) {
    this.#file = join(directory, "events.ndjson");
    this.#now = now;
    mkdirSync(directory, { recursive: true });
    const { events, bytes, torn } = readEvents(this.#file);
    if (torn) truncateSync(this.#file, bytes);
    const oldest = new Date(now().getTime() - keptDays * 86_400_000).toISOString();
    this.#events = events.filter(({ at }) => at >= oldest);
    if (this.#events.length < events.length) {
      writeFileAtomically(this.#file, this.#events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    }
  }

  add(event: Omit<EventRecord, "sequence" | "at">): void {
    const last = this.#events.at(-1);
    const now = this.#now().toISOString();
    // Newest first must also hold for clients that sort by date.
    const at = last !== undefined && last.at > now ? last.at : now;
    const record = { sequence: (last?.sequence ?? 0) + 1, at, ...event };
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#events.push(record);
  }

  /** The newest `limit` events that match, newest first, and whether there are more. */
  find(
    filter: EventFilter,
    limit: number,
  ): { readonly events: readonly EventRecord[]; readonly more: boolean } {
    const found: EventRecord[] = [];
    for (let index = this.#events.length - 1; index >= 0; index -= 1) {
      const event = this.#events[index] as EventRecord;
      if (!matches(event, filter)) continue;
      if (found.length === limit) return { events: found, more: true };
      found.push(event);
    }
    return { events: found, more: false };
  }
}

function matches(event: EventRecord, filter: EventFilter): boolean {
  const same = (wanted: string | undefined, actual: string | undefined): boolean =>
    wanted === undefined || wanted === actual;
  return (
    same(filter.application, event.application) &&
    same(filter.environment, event.environment) &&
    same(filter.environmentId, event.environmentId) &&
    same(filter.versionLabel, event.versionLabel) &&
    same(filter.requestId, event.requestId) &&
    (filter.severity === undefined ||
      severities.indexOf(event.severity) >= severities.indexOf(filter.severity)) &&
    (filter.from === undefined || event.at >= filter.from.toISOString()) &&
    (filter.to === undefined || event.at < filter.to.toISOString()) &&
    (filter.below === undefined || event.sequence < filter.below)
  );
}

function readEvents(file: string): { events: EventRecord[]; bytes: number; torn: boolean } {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { events: [], bytes: 0, torn: false };
  }
  const bytes = content.lastIndexOf("\n") + 1;
  const events = content
    .subarray(0, bytes)
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as EventRecord];
      } catch {
        return [];
      }
    });
  return { events, bytes, torn: bytes < content.length };
}
