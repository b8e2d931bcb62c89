import type { Counters } from "./counters.ts";
import { JsonFile } from "./json-file.ts";

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly headRef: string;
  /** Login of the owner of the fork that the head is a branch of; absent where it is of the repository itself. */
  readonly fork?: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
  /** The commit that merges head into base; undefined where they conflict. */
  readonly mergeSha?: string | undefined;
  readonly state: "open" | "closed";
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt?: string | undefined;
  readonly mergedAt?: string | undefined;
}

/** A branch of the repository, or of a fork of it. */
export interface Branch {
  readonly name: string;
  /** Login of the fork's owner. */
  readonly fork?: string | undefined;
}

export class PullRequests {
  readonly #file: JsonFile<readonly PullRequest[]>;
  readonly #counters: Counters;

  constructor(file: string, counters: Counters) {
    this.#file = new JsonFile(file, []);
    this.#counters = counters;
  }

  /** Newest first. */
  list(): readonly PullRequest[] {
    return this.#file.value.toReversed();
  }

  get(number: number): PullRequest | undefined {
    return this.#file.value.find((pull) => pull.number === number);
  }

  /** The pull request of a branch that is open, else the latest that was closed without being merged. */
  ofBranch({ name, fork }: Branch): PullRequest | undefined {
    const own = this.list().filter(
      (pull) => pull.headRef === name && pull.fork === fork && pull.mergedAt === undefined,
    );
    return own.find(({ state }) => state === "open") ?? own[0];
  }

  open(pull: Omit<PullRequest, "number">): PullRequest {
    const opened = { ...pull, number: this.#counters.next("issue") };
    this.#file.set([...this.#file.value, opened]);
    return opened;
  }

  update(number: number, changes: Partial<PullRequest>): PullRequest {
    const pulls = this.#file.value.map((pull) => (pull.number === number ? { ...pull, ...changes } : pull));
    this.#file.set(pulls);
    return this.get(number) as PullRequest;
  }
}
