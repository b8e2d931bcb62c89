import type { Counters } from "./counters.ts";
import { JsonFile } from "./json-file.ts";

export const commitStates = ["error", "failure", "pending", "success"] as const;
type CommitState = (typeof commitStates)[number];

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: CommitState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

/** Statuses that clients put on commits. */
export class CommitStatuses {
  readonly #file: JsonFile<readonly CommitStatus[]>;
  readonly #counters: Counters;

  constructor(file: string, counters: Counters) {
    this.#file = new JsonFile(file, []);
    this.#counters = counters;
  }

  create(status: Omit<CommitStatus, "id">): CommitStatus {
    const created = { ...status, id: this.#counters.next("status") };
    this.#file.set([...this.#file.value, created]);
    return created;
  }

  /** Newest first. */
  of(sha: string): readonly CommitStatus[] {
    return this.#file.value.filter((status) => status.sha === sha).toReversed();
  }

  /** The newest of each context. */
  latest(sha: string): readonly CommitStatus[] {
    const contexts = new Map<string, CommitStatus>();
    for (const status of this.of(sha))
      if (!contexts.has(status.context)) contexts.set(status.context, status);
    return [...contexts.values()];
  }
}
