import type { Beanstalk } from "./beanstalk.ts";
import type { EventReading } from "./observation.ts";

/**
 * The environment's events from a moment on, each once. The moment is that of the last reading of the environment, or of its
 * newest event, so that only Elastic Beanstalk's clock matters.
 */
export class EventStream {
  readonly #beanstalk: Beanstalk;
  readonly #seen = new Set<string>();
  #since: Date;
  /** By Elastic Beanstalk's clock. */
  readonly startsAt: Date;
  /** All read so far, oldest first. */
  readonly events: EventReading[] = [];

  private constructor(beanstalk: Beanstalk, since: Date) {
    this.#beanstalk = beanstalk;
    this.#since = since;
    this.startsAt = since;
  }

  static async from(beanstalk: Beanstalk): Promise<EventStream> {
    // An environment has events from its creation on; they are kept for six weeks.
    const since = beanstalk.readAt ?? (await beanstalk.readNewestEvents(1))[0]?.at ?? new Date(0);
    return new EventStream(beanstalk, since);
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
