import { type EventReading, isError } from "../environment/observation.ts";

/** After so many looks at events alone the environment itself is looked at, whatever they say. */
const mostLooks = 6;
/** By then an update that was taken has said that it began. */
const looksToBegin = 2;

/** When to look at the environment itself, by the events of the update: hints, which decide nothing else. */
export class Hints {
  readonly #requestId: string;
  #hasBegun = false;
  #hasEnded = false;
  #isReady = false;
  #isCalled = false;
  #looks = 0;
  /** An ERROR of the update has been seen. */
  trouble = false;

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  /** Events are all that is read for now. */
  get isQuiet(): boolean {
    return !this.#hasEnded && !this.#isReady && this.#requestId !== "";
  }

  take(events: readonly EventReading[]): void {
    const ours = events.filter(({ requestId }) => requestId === this.#requestId);
    if (ours.length > 0) this.#hasBegun = true;
    if (ours.some(isEnd)) this.#hasEnded = true;
    if (!ours.some(isError)) return;
    this.trouble = true;
    this.#isCalled = true;
  }

  callForLook(): boolean {
    this.#looks += 1;
    const isTime = this.#looks >= (this.#hasBegun ? mostLooks : looksToBegin);
    return this.#isCalled || isTime || !this.isQuiet;
  }

  /** The environment has been looked at: what began and is Ready is looked at again and again. */
  looked(isReady: boolean): void {
    this.#looks = 0;
    this.#isCalled = false;
    this.#isReady = isReady && this.#hasBegun;
  }
}

/** Whether an event says that its operation is over. */
export function isEnd({ message }: EventReading): boolean {
  return /update completed successfully|operation is complete|Failed to deploy|was reverted to the previous/i.test(
    message,
  );
}
