import type { RunRecord } from "../state/runs.ts";

/** One line that a post-receive hook gets. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

/** What a push set off. */
export interface PushResult {
  readonly runs: readonly RunRecord[];
  /** Sentences for the pusher. */
  readonly notes: readonly string[];
}
