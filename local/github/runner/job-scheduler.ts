import type { Conclusion } from "../run-events.ts";
import { ConcurrencyCancelled, type ConcurrencyLease } from "../runner-services.ts";
import { workflowContexts } from "./contexts.ts";
import { evaluateCondition, stillHolds } from "./expressions/condition.ts";
import { toValue, type Value } from "./expressions/data.ts";
import type { Scope } from "./expressions/expression.ts";
import { jobStatusFunctions } from "./expressions/functions.ts";
import { evaluateBoolean, evaluateText } from "./expressions/template.ts";
import { expandJob, isStatic, type JobVariant } from "./job-variants.ts";
import type { RunContext } from "./run-context.ts";
import { type JobControl, type JobEnd, runJob } from "./run-job.ts";
import { Slots } from "./slots.ts";
import { ancestorsOf } from "./workflow/check-references.ts";
import type { Job } from "./workflow/model.ts";

type JobResult = Extract<Conclusion, "success" | "failure" | "cancelled" | "skipped">;

/** What jobs that need this one see of it: a failure that continue-on-error forgives is a success. */
interface JobOutcome {
  readonly result: JobResult;
  readonly outputs: Readonly<Record<string, string>>;
}

type Contexts = ReadonlyMap<string, Value>;

/** Jobs of one run that run at the same time; the machine is not GitHub's fleet. */
const mostJobsAtOnce = 4;

/** Runs the jobs of a workflow in the order of their needs, as many at once as the machine bears. */
export class JobScheduler {
  readonly #run: RunContext;
  readonly #cancel: AbortController;
  /** The concurrency group that the run itself holds. */
  readonly #runGroup: string | undefined;
  readonly #contexts: Contexts;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #slots = new Slots(mostJobsAtOnce);
  readonly #promises = new Map<string, Promise<JobOutcome>>();
  readonly #outcomes = new Map<string, JobOutcome>();
  #started = 0;

  constructor(run: RunContext, cancel: AbortController, runGroup: string | undefined) {
    this.#run = run;
    this.#cancel = cancel;
    this.#runGroup = runGroup;
    this.#contexts = workflowContexts(run.request, run.services, run.workflow);
    this.#jobs = new Map(run.workflow.jobs.map((job) => [job.id, job]));
  }

  /** The jobs as far as they are known before anything has run. */
  announced(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.#jobs.values()].flatMap((job) => {
      try {
        if (isStatic(job))
          return expandJob(job, this.#contexts).variants.map(({ id, name }) => ({ id, name }));
      } catch {
        // Told when the job's turn comes.
      }
      return [{ id: job.id, name: job.id }];
    });
  }

  /** Runs every job and resolves with how the run ended. */
  async run(): Promise<Conclusion> {
    const outcomes = await Promise.all([...this.#jobs.values()].map((job) => this.#outcomeOf(job)));
    const results = outcomes.map(({ result }) => result);
    if (this.#cancel.signal.aborted && results.some((result) => result !== "success")) return "cancelled";
    return worst(results);
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
    if (this.#run.kill.aborted) return this.#notRun(job.id, "cancelled");
    try {
      const contexts = new Map(this.#contexts);
      contexts.set("needs", toValue(Object.fromEntries(job.needs.map((id) => [id, this.#outcomes.get(id)]))));
      if (!evaluateCondition(job.condition, this.#conditionScope(job, contexts))) {
        const never = this.#cancel.signal.aborted && job.needs.length === 0;
        return this.#notRun(job.id, never ? "cancelled" : "skipped");
      }
      return await this.#runVariants(job, contexts);
    } catch (error) {
      this.#tellError(job.id, error);
      return this.#notRun(job.id, "failure");
    }
  }

  async #runVariants(job: Job, contexts: Contexts): Promise<JobOutcome> {
    const { variants, failFast, maxParallel } = expandJob(job, contexts);
    const places = new Slots(maxParallel);
    const siblings = new AbortController();
    const outcomes = await Promise.all(
      variants.map(async (variant) => {
        const outcome = await this.#runVariant(job, variant, contexts, places, siblings.signal);
        if (outcome.result === "failure" && failFast) {
          siblings.abort(new Error(`The strategy configuration was canceled because "${variant.id}" failed`));
        }
        return outcome;
      }),
    );
    return {
      result: worst(outcomes.map(({ result }) => result)),
      outputs: Object.assign({}, ...outcomes.map(({ outputs }) => outputs)),
    };
  }

  async #runVariant(
    job: Job,
    variant: JobVariant,
    contexts: Contexts,
    places: Slots,
    siblings: AbortSignal,
  ): Promise<JobOutcome> {
    const { control, release } = this.#controlFor(job, contexts, siblings);
    const held: (() => void)[] = [release];
    const { signal } = control.cancel;
    const { emit } = this.#run.services;
    try {
      const scope = { contexts: variant.contexts, functions: new Map() };
      const environment = job.environment && evaluateText(job.environment.name, scope);
      const forgiving = job.continueOnError ? evaluateBoolean(job.continueOnError, scope) : false;
      held.push(await places.take(signal, () => {}));
      const lease = await this.#enterGroup(job, variant, control);
      if (lease !== undefined) held.push(() => lease.release());
      if (environment) await this.#passProtection(variant.id, environment, signal);
      const onWait = (): void =>
        emit({ type: "job-waiting", job: variant.id, reason: `${mostJobsAtOnce} jobs are running` });
      held.push(await this.#slots.take(signal, onWait));
      const plan = { ...variant, job, environment: environment || undefined, number: ++this.#started };
      const { conclusion, outputs }: JobEnd = await runJob(plan, this.#run, control);
      return { result: conclusion === "failure" && forgiving ? "success" : conclusion, outputs };
    } catch (error) {
      const replaced = error instanceof ConcurrencyCancelled;
      if (replaced || !signal.aborted) this.#tellError(variant.id, error);
      return this.#notRun(variant.id, replaced || signal.aborted ? "cancelled" : "failure");
    } finally {
      for (const giveBack of held.reverse()) giveBack();
    }
  }

  /** A cancel of the run reaches a job unless its condition still holds, such as always(). A kill always does. */
  #controlFor(
    job: Job,
    contexts: Contexts,
    siblings: AbortSignal,
  ): { readonly control: JobControl; readonly release: () => void } {
    const control: JobControl = { cancel: new AbortController(), kill: new AbortController() };
    const over = new AbortController();
    const follow = (signal: AbortSignal, act: (reason: unknown) => void): void => {
      if (signal.aborted) act(signal.reason);
      else signal.addEventListener("abort", () => act(signal.reason), { signal: over.signal });
    };
    follow(this.#run.kill, (reason) => {
      control.kill.abort(reason);
      control.cancel.abort(reason);
    });
    follow(siblings, (reason) => control.cancel.abort(reason));
    follow(this.#cancel.signal, (reason) => {
      if (!stillHolds(job.condition, this.#conditionScope(job, contexts))) control.cancel.abort(reason);
    });
    return { control, release: () => over.abort() };
  }

  async #enterGroup(
    job: Job,
    { id, contexts }: JobVariant,
    { cancel }: JobControl,
  ): Promise<ConcurrencyLease | undefined> {
    if (job.concurrency === undefined) return undefined;
    const { services } = this.#run;
    const scope = { contexts, functions: new Map() };
    const { cancelInProgress, queue } = job.concurrency;
    const group = evaluateText(job.concurrency.group, scope);
    if (group.toLowerCase() === this.#runGroup?.toLowerCase()) {
      throw new Error(`deadlock: the run holds the concurrency group "${group}" that the job waits for`);
    }
    const onWait = (ahead: number): void => {
      const reason = `concurrency group "${group}", ${ahead} ahead`;
      services.emit({ type: "job-waiting", job: id, reason });
    };
    return services.gates.concurrency({
      group,
      cancelInProgress: cancelInProgress ? evaluateBoolean(cancelInProgress, scope) : false,
      queue,
      signal: cancel.signal,
      onWait,
      cancelHolder: (reason) => cancel.abort(new Error(reason)),
    });
  }

  #passProtection(job: string, environment: string, signal: AbortSignal): Promise<void> {
    const { request, services } = this.#run;
    return services.gates.protection({
      run: request.head,
      environment,
      signal,
      onWait: (reason) => services.emit({ type: "job-waiting", job, reason }),
    });
  }

  #conditionScope(job: Job, contexts: Contexts): Scope {
    const before = [...ancestorsOf(job, this.#jobs)].map((id) => this.#outcomes.get(id)?.result);
    const functions = jobStatusFunctions({
      allSucceeded: before.every((result) => result === "success"),
      anyFailed: before.includes("failure"),
      cancelled: this.#cancel.signal.aborted,
    });
    return { contexts, functions };
  }

  #notRun(job: string, conclusion: JobResult): JobOutcome {
    this.#run.services.emit({ type: "job-ended", job, conclusion, seconds: 0, outputs: {} });
    return { result: conclusion, outputs: {} };
  }

  #tellError(job: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#run.services.emit({ type: "annotation", job, step: 0, level: "error", message });
  }
}

function worst(results: readonly JobResult[]): JobResult {
  for (const result of ["failure", "cancelled", "success"] as const) {
    if (results.includes(result)) return result;
  }
  return "skipped";
}
