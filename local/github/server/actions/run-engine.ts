import type { RunEvent, RunEventBody, RunHead } from "../../run-events.ts";
import { runWorkflow } from "../../runner/run-workflow.ts";
import type { Counters } from "../state/counters.ts";
import type { RunRecord } from "../state/runs.ts";
import { type Facilities, servicesOf } from "./run-services.ts";
import { type WorkflowFile, workflowName } from "./workflow-files.ts";

/** Why a workflow runs, and on what. */
export interface Trigger
  extends Pick<RunRecord, "headBranch" | "headSha" | "headRef" | "baseRef" | "event" | "inputs"> {
  readonly name: "push" | "pull_request" | "workflow_dispatch";
  readonly ref: string;
  readonly sha: string;
  /** Shown for the run; given its number, since `run-name` may hold it. */
  readonly title: string;
  readonly actor: string;
  readonly pullRequest?: number;
}

interface Running {
  /** Its machine is gone, and nobody has noticed: whatever becomes of it, its record stays as it is. */
  isLost: boolean;
  /** Asks the run to stop in order; `always()` still counts. */
  readonly cancel: AbortController;
  /** Ends it as it stands. */
  readonly kill: AbortController;
  readonly done: Promise<void>;
}

/** Starts runs, cancels them, runs them again; each goes on whether or not anybody looks. */
export class RunEngine {
  readonly #facilities: Facilities;
  readonly #counters: Counters;
  readonly #now: () => Date;
  readonly #onEvent: (record: RunRecord, event: RunEvent) => void;
  readonly #running = new Map<number, Running>();
  #stopping = false;

  constructor(
    facilities: Facilities,
    options: {
      readonly counters: Counters;
      readonly now: () => Date;
      /** Told each event once it is on disk. */
      readonly onEvent: (record: RunRecord, event: RunEvent) => void;
    },
  ) {
    this.#facilities = facilities;
    this.#counters = options.counters;
    this.#now = options.now;
    this.#onEvent = options.onEvent;
  }

  /** Starts a run of the workflow file; the run of a file that is not valid fails at once and says what is wrong. */
  start(file: WorkflowFile, trigger: Trigger): RunRecord {
    const at = this.#now().toISOString();
    const { name, ref, sha, title, actor, ...rest } = trigger;
    const head: RunHead = {
      id: this.#counters.next("run"),
      attempt: 1,
      number: this.#counters.next(`run-number ${file.path}`),
      workflow: workflowName(file),
      path: file.path,
      event: name,
      ref,
      sha,
      title,
      actor,
    };
    return this.#launch({ head, ...rest, createdAt: at, startedAt: at }, file);
  }

  /** The next attempt at a run that is over, with the same commit and event. */
  rerun(record: RunRecord, file: WorkflowFile): RunRecord {
    const { endedAt: _endedAt, conclusion: _conclusion, ...rest } = record;
    const head = { ...record.head, attempt: record.head.attempt + 1 };
    return this.#launch({ ...rest, head, startedAt: this.#now().toISOString() }, file);
  }

  isRunning(id: number): boolean {
    return this.#running.has(id);
  }

  /** Asks a run to stop: steps with `always()` still run, unless it is forced. False when it is over. */
  cancel(id: number, force = false): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    if (force) running.kill.abort("shutdown");
    else running.cancel.abort("cancel");
    return true;
  }

  /** Takes a run's machine away without GitHub noticing: everything in it is killed, and it counts as running for ever. */
  lose(id: number): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    running.isLost = true;
    running.kill.abort("shutdown");
    return true;
  }

  async finished(id: number): Promise<void> {
    await this.#running.get(id)?.done;
  }

  /** Ends every run at once, without an end in its record: it counts as interrupted. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#facilities.runs.abandon();
    for (const { kill } of this.#running.values()) kill.abort("shutdown");
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #launch(record: RunRecord, file: WorkflowFile): RunRecord {
    const { id } = record.head;
    const { runs } = this.#facilities;
    runs.begin(record, record.startedAt);
    const cancel = new AbortController();
    const kill = new AbortController();
    const done = this.#run(record, file, { signal: cancel.signal, shutdown: kill.signal }).finally(() =>
      this.#running.delete(id),
    );
    this.#running.set(id, { isLost: false, cancel, kill, done });
    return record;
  }

  /** Never rejects: whatever goes wrong ends the run as a failure that says why. */
  async #run(
    record: RunRecord,
    file: WorkflowFile,
    signals: { readonly signal: AbortSignal; readonly shutdown: AbortSignal },
  ): Promise<void> {
    const { id } = record.head;
    const { runs } = this.#facilities;
    const emit = (event: RunEventBody): void => {
      // The store has written run-queued already.
      if (this.#stopping || this.#running.get(id)?.isLost || event.type === "run-queued") return;
      const timed = { at: this.#now().toISOString(), ...event };
      runs.append(id, timed);
      this.#onEvent(record, timed);
    };
    const { services, revokeAll } = servicesOf(this.#facilities, record, { emit, ...signals });
    try {
      // Callers go on first: a push hears of its run before the run's first event.
      await Promise.resolve();
      const { head, event, inputs, headRef, baseRef } = record;
      await runWorkflow({ head, workflowText: file.text, event, inputs, headRef, baseRef }, services);
    } catch (error) {
      tellFault(emit, file.path, error);
    } finally {
      revokeAll();
      if (runs.state(id) !== "ended") emit({ type: "run-ended", conclusion: "failure", seconds: 0 });
    }
  }
}

/** A fault of the runner itself, told as the failure of a job of its own. */
function tellFault(emit: (event: RunEventBody) => void, path: string, error: unknown): void {
  const job = "runner";
  const name = "Run the workflow";
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  emit({ type: "job-started", job, name: path, steps: [name] });
  emit({ type: "step-started", job, step: 0, name });
  for (const line of text.split("\n")) emit({ type: "line", job, step: 0, text: line });
  const message = `the local runner failed: ${text.split("\n")[0]}`;
  emit({ type: "annotation", job, step: 0, level: "error", message });
  emit({ type: "step-ended", job, step: 0, conclusion: "failure", seconds: 0 });
  emit({ type: "job-ended", job, conclusion: "failure", seconds: 0, outputs: {} });
}
