import type { Clock } from "../../kit/clock.ts";
import type { Update } from "./verdict.ts";

/** After so long it matters how long the environment's settings allow. */
const askAfterMs = 60_000;

/** How long an update may take: as given, and by the environment's settings once it takes long. */
export class Limit {
  #update: Update;
  #minutes: (() => Promise<number>) | undefined;
  readonly #clock: Clock;

  constructor(update: Update, minutes: (() => Promise<number>) | undefined, clock: Clock) {
    this.#update = update;
    this.#minutes = minutes;
    this.#clock = clock;
  }

  /** The update with the deadline as it is known. Rejects where the settings could not be read, and asks again the next time. */
  async current(): Promise<Update> {
    const { startedAtMs } = this.#update;
    if (this.#minutes && this.#clock.now().getTime() - startedAtMs > askAfterMs) {
      const minutes = await this.#minutes();
      this.#minutes = undefined;
      this.#update = { ...this.#update, deadlineMs: startedAtMs + minutes * 60_000 };
    }
    return this.#update;
  }

  isOver(): boolean {
    return this.#clock.now().getTime() >= this.#update.deadlineMs;
  }
}
