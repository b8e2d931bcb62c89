import type { Session } from "../relay/session.ts";

/** A request may fall between two statements: it is made again, until the run has stopped. */
const everyMs = 200;

/** Ends the statements of a run's other sessions once its job is cancelled, which rolls them back. */
export class Cancellation {
  readonly #control: Session;
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #request: Promise<unknown> = Promise.resolve();
  #isSparing = false;

  /** `control` is the lock's: it is idle but for the observer of blockers, and the statement's own is not free to listen. */
  constructor(control: Session, signal: AbortSignal) {
    this.#control = control;
    this.#signal = signal;
    signal.addEventListener("abort", this.#start, { once: true });
    if (signal.aborted) this.#start();
  }

  /** Runs what has to be finished even so: the record of a step that cannot be rolled back any more. */
  async spare<T>(body: () => Promise<T>): Promise<T> {
    this.#isSparing = true;
    try {
      await this.#request;
      return await body();
    } finally {
      this.#isSparing = false;
    }
  }

  /** Ends the statements of the run's other sessions, again and again, until `body` ends. */
  async during<T>(body: () => Promise<T>): Promise<T> {
    this.#cancel();
    const timer = setInterval(() => this.#cancel(), everyMs);
    try {
      return await body();
    } finally {
      clearInterval(timer);
      await this.#request;
    }
  }

  /** The control session may be waiting itself: a request that is under way ends with it. */
  stop(): void {
    this.#signal.removeEventListener("abort", this.#start);
    clearInterval(this.#timer);
  }

  readonly #start = (): void => {
    this.#cancel();
    this.#timer = setInterval(() => this.#cancel(), everyMs);
  };

  #cancel(): void {
    if (this.#isSparing) return;
    this.#request = this.#control
      .execute(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
          WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()
            AND state = 'active'`,
      )
      .catch(() => {});
  }
}
