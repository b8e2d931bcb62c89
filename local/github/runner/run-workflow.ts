import type { Conclusion, ReferencedWorkflow } from "../run-events.ts";
import { ConcurrencyCancelled, type RunnerServices, type RunRequest } from "../runner-services.ts";
import { loadWorkflows } from "./calls/load-workflows.ts";
import { referencedSources, type WorkflowSource } from "./calls/loaded-workflow.ts";
import { ownFrame } from "./calls/workflow-frame.ts";
import type { RunContext } from "./run-context.ts";
import { enterGroup, type GroupPlace } from "./scheduling/concurrency-group.ts";
import { JobScheduler } from "./scheduling/job-scheduler.ts";
import { Machines } from "./scheduling/machines.ts";
import { githubPatience, type Patience } from "./steps/step-process.ts";
import { type Problem, WorkflowFileError } from "./workflow/problems.ts";

/** After a cancel, GitHub ends whatever still runs. */
const cancelLimitMs = 5 * 60_000;

/**
 * Runs one attempt at a workflow and tells it as events from run-started (or run-waiting) to run-ended. Resolves with the
 * conclusion when nothing of it runs any more. An invalid workflow file is a failed run that names every problem; nothing
 * of it runs. Rejects only on a fault of the runner or its services.
 */
export async function runWorkflow(
  request: RunRequest,
  services: RunnerServices,
  patience: Patience = githubPatience,
): Promise<Conclusion> {
  const started = performance.now();
  const { emit } = services;
  const cancel = new AbortController();
  const kill = new AbortController();
  const watching = new AbortController();
  followSignals(services, cancel, kill, watching.signal);
  const work: Promise<unknown>[] = [];
  let lease: GroupPlace | undefined;
  try {
    const { head } = request;
    const { name: repository, gitDirectory } = services.repository;
    const source = {
      repository,
      gitDirectory,
      path: head.path,
      ref: head.ref,
      sha: head.sha,
      asked: head.ref,
    };
    const stop = { cancel: cancel.signal, kill: kill.signal };
    const loaded = await loadWorkflows(request.workflowText, source, services, stop);
    const run: RunContext = {
      request,
      services,
      workflow: loaded.workflow,
      patience,
      kill: kill.signal,
      background: (promise) => work.push(promise),
    };
    const frame = ownFrame(run, loaded);
    const scope = { contexts: frame.contexts, functions: new Map() };
    lease = await enterGroup(services.gates, loaded.workflow.concurrency, scope, {
      heldGroups: [],
      cancel,
      onWait: (behind, group) => emit({ type: "run-waiting", group, behind }),
    });
    const heldGroups = lease === undefined ? [] : [lease.group];
    const scheduler = new JobScheduler(run, { ...frame, heldGroups }, cancel.signal, new Machines());
    const called = referencedSources(loaded);
    emit({
      type: "run-started",
      jobs: scheduler.announced(),
      ...(called.length === 0 ? {} : { referencedWorkflows: called.map(referenceOf) }),
    });
    return end(await scheduler.run());
  } catch (error) {
    if (error instanceof WorkflowFileError) {
      tellProblems(request.head.path, error.problems, services);
      return end("failure", "the workflow file is not valid");
    }
    if (error instanceof ConcurrencyCancelled) return end("cancelled", error.message);
    if (cancel.signal.aborted || kill.signal.aborted) return end("cancelled");
    throw error;
  } finally {
    watching.abort();
    lease?.release();
    await Promise.all(work);
  }

  function end(conclusion: Conclusion, reason?: string): Conclusion {
    const seconds = (performance.now() - started) / 1000;
    emit({ type: "run-ended", conclusion, seconds, ...(reason === undefined ? {} : { reason }) });
    return conclusion;
  }
}

/** Turns the signals of the services into a cancel and a kill; the kill also comes five minutes after the cancel. */
function followSignals(
  { signal, shutdown }: RunnerServices,
  cancel: AbortController,
  kill: AbortController,
  until: AbortSignal,
): void {
  const endAll = (): void => {
    const why: unknown = shutdown?.aborted ? shutdown.reason : "shutdown";
    kill.abort(why);
    cancel.abort(why);
  };
  const onSignal = (): void => (signal.reason === "shutdown" ? endAll() : cancel.abort(signal.reason));
  let limit: NodeJS.Timeout | undefined;
  cancel.signal.addEventListener("abort", () => {
    limit = setTimeout(() => kill.abort("the run was cancelled five minutes ago"), cancelLimitMs);
  });
  until.addEventListener("abort", () => {
    clearTimeout(limit);
    signal.removeEventListener("abort", onSignal);
    shutdown?.removeEventListener("abort", endAll);
  });
  signal.addEventListener("abort", onSignal);
  shutdown?.addEventListener("abort", endAll);
  if (shutdown?.aborted) endAll();
  else if (signal.aborted) onSignal();
}

/** As the REST API names a called workflow: by what its caller asked for. A commit that was asked for has no ref. */
function referenceOf({ repository, path, asked, ref, sha }: WorkflowSource): ReferencedWorkflow {
  return { path: `${repository}/${path}@${asked}`, sha, ...(ref === sha ? {} : { ref }) };
}

/** Tells the problems of a workflow file as the annotations of one failed job. */
function tellProblems(path: string, problems: readonly Problem[], { emit }: RunnerServices): void {
  const job = "workflow";
  const name = "Read the workflow file";
  emit({ type: "run-started", jobs: [{ id: job, name: path }] });
  emit({ type: "job-started", job, name: path, steps: [name] });
  emit({ type: "step-started", job, step: 0, name });
  for (const { path: file, line, key, message } of problems) {
    const text = key === "" ? message : `${key}: ${message}`;
    emit({ type: "line", job, step: 0, text: `##[error]${file}:${line}: ${text}` });
    emit({ type: "annotation", job, step: 0, level: "error", message: text, file, line });
  }
  emit({ type: "step-ended", job, step: 0, conclusion: "failure", seconds: 0 });
  emit({ type: "job-ended", job, conclusion: "failure", seconds: 0, outputs: {} });
}
