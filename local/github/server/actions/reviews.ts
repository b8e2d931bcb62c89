import type { ProtectionRequest } from "../../runner-services.ts";

interface Decision {
  readonly environment: string;
  readonly state: "approved" | "rejected";
  readonly comment: string;
  readonly by: string;
}

interface Waiting {
  readonly run: number;
  readonly environment: string;
  readonly since: string;
  readonly pass: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Jobs that wait for a reviewer of their environment, in memory: a run that a stop interrupted asks again. A decision is
 * for the jobs that wait then; a later job of the same run and environment waits for one of its own, as on GitHub.
 */
export class Reviews {
  readonly #reviewersOf: (environment: string) => readonly string[];
  readonly #now: () => Date;
  #waiting: readonly Waiting[] = [];
  readonly #decisions = new Map<number, readonly Decision[]>();

  constructor(reviewersOf: (environment: string) => readonly string[], now: () => Date) {
    this.#reviewersOf = reviewersOf;
    this.#now = now;
  }

  /** Resolves at once where the environment has no reviewers; rejects when one of them, or a cancel, says no. */
  pass({ run, environment, signal, onWait }: ProtectionRequest): Promise<void> {
    if (this.#reviewersOf(environment).length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const over = new AbortController();
      const leave = (): void => {
        over.abort();
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
      };
      const waiting: Waiting = {
        run: run.id,
        environment,
        since: this.#now().toISOString(),
        pass: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      this.#waiting = [...this.#waiting, waiting];
      signal.addEventListener("abort", () => waiting.refuse(signal.reason), { signal: over.signal });
      onWait(`a review for "${environment}"; to agree: npm run promote`);
    });
  }

  /** The environments that a run waits for, and since when. */
  pending(run: number): readonly { readonly environment: string; readonly since: string }[] {
    const waiting = this.#waiting.filter((one) => one.run === run);
    return waiting.filter(
      ({ environment }, index) => waiting.findIndex((other) => other.environment === environment) === index,
    );
  }

  decide(run: number, decision: Decision): void {
    this.#decisions.set(run, [...this.decisions(run), decision]);
    const { environment, state, by, comment } = decision;
    for (const waiting of this.#waiting) {
      if (waiting.run !== run || waiting.environment !== environment) continue;
      if (state === "approved") waiting.pass();
      else
        waiting.refuse(new Error(`${by} rejected "${environment}"${comment === "" ? "" : `: ${comment}`}`));
    }
  }

  decisions(run: number): readonly Decision[] {
    return this.#decisions.get(run) ?? [];
  }
}
