import type { RunEvent, RunEventBody, RunHead } from "../../run-events.ts";
import type { KeptJobs } from "../../runner-services.ts";
import { type WorkflowFile, workflowName } from "../events/workflow-files.ts";
import type { Counters } from "../state/counters.ts";
import type { RunRecord } from "../state/runs.ts";
import { runAttempt } from "./run-attempt.ts";
import type { Facilities } from "./run-services.ts";

/** Why a workflow runs, and on what. */
interface Trigger
  extends Pick<RunRecord, "headBranch" | "headSha" | "headRef" | "baseRef" | "event" | "inputs" | "fork"> {
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

interface Parts {
  readonly facilities: Facilities;
  readonly counters: Counters;
  readonly now: () => Date;
  /** Told each event once it is on disk. */
  readonly onEvent: (record: RunRecord, event: RunEvent) => void;
}

/** Starts runs, cancels them, runs them again; each goes on whether or not anybody looks. */
export class RunEngine {
  readonly #parts: Parts;
  readonly #running = new Map<number, Running>();
  #stopping = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Starts a run of the workflow file; the run of a file that is not valid fails at once and says what is wrong. */
  start(file: WorkflowFile, trigger: Trigger): RunRecord {
    const { counters, now } = this.#parts;
    const at = now().toISOString();
    const { name, ref, sha, title, actor, ...rest } = trigger;
    const head: RunHead = {
      id: counters.next("run"),
      attempt: 1,
      number: counters.next(`run-number ${file.path}`),
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

  /** The next attempt at a run that is over, with the same commit and event; `kept` jobs are not run again. */
  rerun(record: RunRecord, file: WorkflowFile, kept?: KeptJobs): RunRecord {
    const { endedAt: _endedAt, conclusion: _conclusion, ...rest } = record;
    const head = { ...record.head, attempt: record.head.attempt + 1 };
    return this.#launch({ ...rest, head, startedAt: this.#parts.now().toISOString() }, file, kept);
  }

  isRunning(id: number): boolean {
    return this.#running.has(id);
  }

  /** Asks a run to stop: steps with `always()` still run, unless it is forced. False when it is over. */
  cancel(id: number, force = false): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    if (force) running.kill.abort("force-cancel");
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
    this.#parts.facilities.runs.abandon();
    for (const { kill } of this.#running.values()) kill.abort("shutdown");
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #launch(record: RunRecord, file: WorkflowFile, kept?: KeptJobs): RunRecord {
    const { id } = record.head;
    this.#parts.facilities.runs.begin(record, record.startedAt);
    const cancel = new AbortController();
    const kill = new AbortController();
    const emit = (event: RunEventBody): void => this.#tell(record, event);
    const options = { emit, signal: cancel.signal, shutdown: kill.signal, kept };
    const done = runAttempt(this.#parts.facilities, record, file, options).finally(() =>
      this.#running.delete(id),
    );
    this.#running.set(id, { isLost: false, cancel, kill, done });
    return record;
  }

  /** Writes an event down, then tells it; nothing more is heard of a run that is lost, or that a stop interrupts. */
  #tell(record: RunRecord, event: RunEventBody): void {
    const { id } = record.head;
    // The store has written run-queued already.
    if (this.#stopping || this.#running.get(id)?.isLost || event.type === "run-queued") return;
    const { facilities, now, onEvent } = this.#parts;
    const timed = { at: now().toISOString(), ...event };
    facilities.runs.append(id, timed);
    onEvent(record, timed);
  }
}
