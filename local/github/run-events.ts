/**
 * What happens in a workflow run, in order, as the runner tells it. The run's record, the live display, the log files and
 * the REST API are all views of this stream; each event is one line of `events.ndjson`.
 */
export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "timed_out";

export interface RunHead {
  readonly id: number;
  readonly attempt: number;
  readonly number: number;
  readonly workflow: string;
  /** Path of the workflow file in the repository. */
  readonly path: string;
  readonly event: string;
  readonly ref: string;
  readonly sha: string;
  readonly title: string;
  readonly actor: string;
}

/** A job as far as it is known before it starts. */
interface AnnouncedJob {
  readonly id: string;
  readonly name: string;
}

/** A reusable workflow that the run's own calls, directly or not, as the REST API names it. */
export interface ReferencedWorkflow {
  /** owner/name/path@ref */
  readonly path: string;
  readonly sha: string;
  /** refs/heads/… or refs/tags/…; absent where a commit was asked for. */
  readonly ref?: string;
}

interface At {
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
}

export type RunEvent = At &
  (
    | { readonly type: "run-queued"; readonly run: RunHead }
    | {
        readonly type: "run-started";
        readonly jobs: readonly AnnouncedJob[];
        readonly referencedWorkflows?: readonly ReferencedWorkflow[];
      }
    | { readonly type: "run-waiting"; readonly group: string; readonly behind: number }
    | {
        readonly type: "job-started";
        readonly job: string;
        readonly name: string;
        readonly steps: readonly string[];
        /** The environment that the job names; `deployment` asks GitHub for a deployment record of the job. */
        readonly environment?: { readonly name: string; readonly deployment: boolean };
      }
    /** A job calls a workflow: its jobs take the calling job's place. Their ids start with the calling job's. */
    | { readonly type: "job-called"; readonly job: string; readonly jobs: readonly AnnouncedJob[] }
    | { readonly type: "job-waiting"; readonly job: string; readonly reason: string }
    | { readonly type: "step-started"; readonly job: string; readonly step: number; readonly name: string }
    /** A line of a step's log, masked. `step` is the index in the job's list, post steps included. */
    | { readonly type: "line"; readonly job: string; readonly step: number; readonly text: string }
    | {
        readonly type: "annotation";
        readonly job: string;
        readonly step: number;
        readonly level: "notice" | "warning" | "error";
        readonly title?: string;
        readonly message: string;
        readonly file?: string;
        readonly line?: number;
      }
    /** Markdown that a step appended to the job summary. */
    | { readonly type: "summary"; readonly job: string; readonly step: number; readonly markdown: string }
    | {
        readonly type: "step-ended";
        readonly job: string;
        readonly step: number;
        readonly conclusion: Conclusion;
        readonly seconds: number;
      }
    | {
        readonly type: "job-ended";
        readonly job: string;
        readonly conclusion: Conclusion;
        readonly seconds: number;
        readonly outputs: Readonly<Record<string, string>>;
        /** `environment.url`, where the job has one. */
        readonly environmentUrl?: string;
      }
    | {
        readonly type: "run-ended";
        readonly conclusion: Conclusion;
        readonly seconds: number;
        /** Why, where no job tells it: an invalid workflow file, a place taken by a newer run. */
        readonly reason?: string;
      }
  );

/** An event without its time, as code that emits it writes it. */
export type RunEventBody = RunEvent extends infer Event
  ? Event extends At
    ? Omit<Event, "at">
    : never
  : never;

export type Emit = (event: RunEventBody) => void;
