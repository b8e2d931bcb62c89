import { ConcurrencyCancelled } from "../../runner-services.ts";
import type { WorkflowFrame } from "../calls/workflow-frame.ts";
import { evaluateCondition, stillHolds } from "../expressions/condition.ts";
import { toValue, type Value } from "../expressions/data.ts";
import type { Scope } from "../expressions/expression.ts";
import { jobStatusFunctions } from "../expressions/functions.ts";
import type { RunContext } from "../run-context.ts";
import { ancestorsOf } from "../workflow/check-references.ts";
import type { Job } from "../workflow/model.ts";
import { type CalledJobs, callWorkflow } from "./call-workflow.ts";
import { controlOf } from "./job-control.ts";
import { type JobOutcome, type JobResult, outputsOfCalls, worst } from "./job-outcome.ts";
import { expandJob, isStatic, type JobVariant } from "./job-variants.ts";
import type { Machines } from "./machines.ts";
import { runStepsJob } from "./run-steps-job.ts";
import { Slots } from "./slots.ts";

type Contexts = ReadonlyMap<string, Value>;

/** Runs the jobs of a workflow in the order of their needs, as many at once as the machine bears. */
export class JobScheduler implements CalledJobs {
  readonly #run: RunContext;
  readonly #frame: WorkflowFrame;
  readonly #cancel: AbortSignal;
  readonly #machines: Machines;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #promises = new Map<string, Promise<JobOutcome>>();
  readonly #outcomes = new Map<string, JobOutcome>();
  /** The jobs that have run in this attempt: what needs one of them is not kept from an earlier one. */
  readonly #ran = new Set<string>();

  /** `cancel` is that of the run, or of the call that the workflow is run for. */
  constructor(run: RunContext, frame: WorkflowFrame, cancel: AbortSignal, machines: Machines) {
    this.#run = run;
    this.#frame = frame;
    this.#cancel = cancel;
    this.#machines = machines;
    this.#jobs = new Map(frame.loaded.workflow.jobs.map((job) => [job.id, job]));
  }

  /** The jobs as far as they are known before anything has run. */
  announced(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.#jobs.values()].flatMap((job) => {
      try {
        if (isStatic(job)) {
          const { variants } = expandJob(job, this.#frame.contexts, this.#frame.prefix);
          return variants.map(({ id, name }) => ({ id, name }));
        }
      } catch {
        // Told when the job's turn comes.
      }
      return [{ id: this.#idOf(job), name: `${this.#frame.prefix.name}${job.id}` }];
    });
  }

  /** Runs every job and resolves with how they ended together. */
  async run(): Promise<JobResult> {
    const outcomes = await Promise.all([...this.#jobs.values()].map((job) => this.#outcomeOf(job)));
    const results = outcomes.map(({ result }) => result);
    if (this.#cancel.aborted && results.some((result) => result !== "success")) return "cancelled";
    return worst(results);
  }

  outcomes(): ReadonlyMap<string, JobOutcome> {
    return this.#outcomes;
  }

  #outcomeOf(job: Job): Promise<JobOutcome> {
    const known = this.#promises.get(job.id);
    if (known !== undefined) return known;
    const promise = this.#decide(job).then((outcome) => {
      this.#outcomes.set(job.id, outcome);
      return outcome;
    });
    this.#promises.set(job.id, promise);
    return promise;
  }

  async #decide(job: Job): Promise<JobOutcome> {
    await Promise.all(job.needs.map((id) => this.#outcomeOf(this.#jobs.get(id) as Job)));
    const id = this.#idOf(job);
    if (this.#run.kill.aborted) return this.#notRun(id, "cancelled");
    try {
      const contexts = new Map(this.#frame.contexts);
      contexts.set(
        "needs",
        toValue(Object.fromEntries(job.needs.map((need) => [need, this.#outcomes.get(need)]))),
      );
      if (!evaluateCondition(job.condition, this.#conditionScope(job, contexts))) {
        const never = this.#cancel.aborted && job.needs.length === 0;
        return this.#notRun(id, never ? "cancelled" : "skipped");
      }
      return await this.#runVariants(job, contexts);
    } catch (error) {
      this.#tellError(id, error);
      return this.#notRun(id, "failure");
    }
  }

  async #runVariants(job: Job, contexts: Contexts): Promise<JobOutcome> {
    const { variants, failFast, maxParallel } = expandJob(job, contexts, this.#frame.prefix);
    const places = new Slots(maxParallel);
    const siblings = new AbortController();
    const ended: JobOutcome[] = [];
    await Promise.all(
      variants.map(async (variant) => {
        const outcome = await this.#runVariant(job, variant, places, siblings.signal);
        ended.push(outcome);
        if (outcome.result === "failure" && failFast) {
          siblings.abort(new Error(`The strategy configuration was canceled because "${variant.id}" failed`));
        }
      }),
    );
    return {
      result: worst(ended.map(({ result }) => result)),
      outputs:
        job.kind === "call"
          ? outputsOfCalls(ended)
          : Object.assign({}, ...ended.map(({ outputs }) => outputs)),
    };
  }

  async #runVariant(
    job: Job,
    variant: JobVariant,
    places: Slots,
    siblings: AbortSignal,
  ): Promise<JobOutcome> {
    const endings = { kill: this.#run.kill, cancel: this.#cancel, siblings };
    const isWanted = (): boolean => stillHolds(job.condition, this.#conditionScope(job, variant.contexts));
    const control = controlOf(endings, isWanted);
    const { signal } = control.cancel;
    const run = this.#run;
    const machines = this.#machines;
    const kept = [...ancestorsOf(job, this.#jobs)].some((id) => this.#ran.has(id))
      ? undefined
      : run.request.kept?.get(variant.id);
    if (job.kind === "steps" && kept !== undefined) return this.#keep(variant.id, kept);
    this.#ran.add(job.id);
    using held = new DisposableStack();
    held.defer(() => control.release());
    try {
      held.defer(await places.take(signal, () => {}));
      if (job.kind === "steps") {
        return await runStepsJob(job, variant, control, { run, frame: this.#frame, machines });
      }
      return await callWorkflow(job, variant, control.cancel, {
        run,
        caller: this.#frame,
        schedule: (frame) => {
          // A cancel reaches the called jobs whatever the calling one's condition says: each asks its own.
          const called = AbortSignal.any([this.#cancel, signal]);
          return new JobScheduler(run, frame, called, machines);
        },
      });
    } catch (error) {
      const replaced = error instanceof ConcurrencyCancelled;
      if (replaced || !signal.aborted) this.#tellError(variant.id, error);
      return this.#notRun(variant.id, replaced || signal.aborted ? "cancelled" : "failure");
    }
  }

  #conditionScope(job: Job, contexts: Contexts): Scope {
    const before = [...ancestorsOf(job, this.#jobs)].map((id) => this.#outcomes.get(id)?.result);
    const functions = jobStatusFunctions({
      allSucceeded: before.every((result) => result === "success"),
      anyFailed: before.includes("failure"),
      cancelled: this.#cancel.aborted,
    });
    return { contexts, functions };
  }

  #idOf(job: Job): string {
    return `${this.#frame.prefix.id}${job.id}`;
  }

  #notRun(job: string, conclusion: JobResult): JobOutcome {
    this.#run.services.emit({ type: "job-ended", job, conclusion, seconds: 0, outputs: {} });
    return { result: conclusion, outputs: {} };
  }

  #keep(job: string, outputs: JobOutcome["outputs"]): JobOutcome {
    this.#run.services.emit({ type: "job-ended", job, conclusion: "success", seconds: 0, outputs });
    return { result: "success", outputs };
  }

  #tellError(job: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#run.services.emit({ type: "annotation", job, step: 0, level: "error", message });
  }
}
