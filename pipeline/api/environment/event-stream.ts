import type { Beanstalk } from "./beanstalk.ts";
import type { EventReading } from "./observation.ts";

/**
 * The environment's events from a moment on, each once. The moment is that of the newest event by then, so that only
 * Elastic Beanstalk's clock matters; events of that very second come again and are left out.
 */
export class EventStream {
  readonly #beanstalk: Beanstalk;
  readonly #seen: Set<string>;
  #since: Date;
  /** By Elastic Beanstalk's clock. */
  readonly startsAt: Date;
  /** All read so far, oldest first. */
  readonly events: EventReading[] = [];

  private constructor(beanstalk: Beanstalk, since: Date, seen: Iterable<string>) {
    this.#beanstalk = beanstalk;
    this.#since = since;
    this.startsAt = since;
    this.#seen = new Set(seen);
  }

  static async from(beanstalk: Beanstalk): Promise<EventStream> {
    const [newest] = await beanstalk.readEvents(undefined);
    // An environment has events from its creation on; they are kept for six weeks.
    const since = newest?.at ?? new Date(0);
    const known = newest === undefined ? [] : await beanstalk.readEvents(since);
    return new EventStream(beanstalk, since, known.map(identityOf));
  }

  /** What is new since the last call, oldest first. */
  async read(): Promise<readonly EventReading[]> {
    const fresh: EventReading[] = [];
    for (const event of await this.#beanstalk.readEvents(this.#since)) {
      const identity = identityOf(event);
      if (this.#seen.has(identity)) continue;
      this.#seen.add(identity);
      fresh.push(event);
      if (event.at > this.#since) this.#since = event.at;
    }
    this.events.push(...fresh);
    return fresh;
  }
}

function identityOf({ at, severity, message, requestId }: EventReading): string {
  return `${at.getTime()} ${severity} ${requestId} ${message}`;
}
