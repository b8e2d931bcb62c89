import { Slots } from "./slots.ts";

/** Jobs of one run that run at the same time; the machine is not GitHub's fleet. */
const mostJobsAtOnce = 4;

/** The machines of one run, which the workflows that it calls share with it. */
export class Machines {
  readonly #slots = new Slots(mostJobsAtOnce);
  #started = 0;

  /** Waits for one, and resolves with what gives it back; `tell` hears why where there is none at once. */
  take(signal: AbortSignal, tell: (reason: string) => void): Promise<() => void> {
    return this.#slots.take(signal, () => tell(`${mostJobsAtOnce} jobs are running`));
  }

  /** Numbers the jobs in the order in which they start. */
  nextNumber(): number {
    return ++this.#started;
  }
}
