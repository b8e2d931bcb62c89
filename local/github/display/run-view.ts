import type { Conclusion, RunEvent, RunHead } from "../run-events.ts";

/** How many of a step's last log lines a view keeps. */
const tailLength = 40;

export interface StepView {
  name: string;
  state: "queued" | "running" | "ended";
  conclusion?: Conclusion;
  startedAt?: string;
  seconds?: number;
  /** The last lines of the log, oldest first, without the runner's own echo of what it runs. */
  readonly tail: string[];
  /** Markdown that it wrote into the job's summary. */
  summary?: string;
  /** While the lines are that echo. */
  isEcho?: boolean;
  lineCount: number;
}

export interface AnnotationView {
  readonly step: number;
  readonly level: "notice" | "warning" | "error";
  readonly title?: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

export interface JobView {
  readonly id: string;
  /** Counts the jobs of the run from 0 in the order in which they became known; it stays, wherever the job is listed. */
  readonly index: number;
  name: string;
  state: "queued" | "waiting" | "running" | "ended";
  waitingFor?: string;
  conclusion?: Conclusion;
  startedAt?: string;
  seconds?: number;
  steps: StepView[];
  readonly annotations: AnnotationView[];
  /** Markdown of the job's summary, one entry per step that wrote one. */
  readonly summaries: string[];
}

/** What the events so far say about a run. */
export interface RunView {
  readonly head: RunHead;
  state: "queued" | "waiting" | "running" | "ended";
  waitingFor?: { readonly group: string; readonly behind: number };
  conclusion?: Conclusion;
  /** Why it ended so, where no job tells it. */
  reason?: string;
  readonly queuedAt: string;
  startedAt?: string;
  endedAt?: string;
  seconds?: number;
  /** In the order of the workflow; those of a called workflow where the job that calls it was. */
  readonly jobs: JobView[];
  /** How many jobs have become known, those included whose place others took. */
  jobsKnown: number;
}

export function viewOf(events: Iterable<RunEvent>): RunView | undefined {
  let view: RunView | undefined;
  for (const event of events) view = applyEvent(view, event);
  return view;
}

/**
 * The view after one more event; changes and returns the given view. Events before `run-queued` say nothing and leave
 * it undefined.
 */
export function applyEvent(view: RunView | undefined, event: RunEvent): RunView | undefined {
  if (event.type === "run-queued") {
    return { head: event.run, state: "queued", queuedAt: event.at, jobs: [], jobsKnown: 0 };
  }
  if (view === undefined) return undefined;
  switch (event.type) {
    case "run-waiting":
      view.state = "waiting";
      view.waitingFor = { group: event.group, behind: event.behind };
      break;
    case "run-started":
      view.state = "running";
      view.startedAt = event.at;
      delete view.waitingFor;
      for (const { id, name } of event.jobs) jobOf(view, id, name);
      break;
    case "job-called": {
      const place = view.jobs.findIndex(({ id }) => id === event.job);
      const called = event.jobs.map(({ id, name }) => newJob(view, id, name));
      if (place < 0) view.jobs.push(...called);
      else view.jobs.splice(place, 1, ...called);
      break;
    }
    case "run-ended":
      view.state = "ended";
      view.conclusion = event.conclusion;
      view.endedAt = event.at;
      view.seconds = event.seconds;
      if (event.reason !== undefined) view.reason = event.reason;
      delete view.waitingFor;
      break;
    default:
      applyJobEvent(jobOf(view, event.job), event);
  }
  return view;
}

type JobEvent = Exclude<Extract<RunEvent, { readonly job: string }>, { readonly type: "job-called" }>;

function applyJobEvent(job: JobView, event: JobEvent): void {
  switch (event.type) {
    case "job-waiting":
      job.state = "waiting";
      job.waitingFor = event.reason;
      break;
    case "job-started":
      job.state = "running";
      job.name = event.name;
      job.startedAt = event.at;
      delete job.waitingFor;
      job.steps = event.steps.map((name) => newStep(name));
      break;
    case "job-ended":
      job.state = "ended";
      job.conclusion = event.conclusion;
      job.seconds = event.seconds;
      delete job.waitingFor;
      break;
    case "summary":
      job.summaries.push(event.markdown);
      stepOf(job, event.step).summary = event.markdown;
      break;
    case "annotation": {
      const { at: _at, type: _type, job: _job, ...annotation } = event;
      job.annotations.push(annotation);
      break;
    }
    default:
      applyStepEvent(stepOf(job, event.step), event);
  }
}

function applyStepEvent(
  step: StepView,
  event: Extract<JobEvent, { readonly type: "step-started" | "line" | "step-ended" }>,
): void {
  switch (event.type) {
    case "step-started":
      step.name = event.name;
      step.state = "running";
      step.startedAt = event.at;
      break;
    case "line":
      step.lineCount += 1;
      if (isEcho(step, event.text)) break;
      step.tail.push(event.text);
      if (step.tail.length > tailLength) step.tail.shift();
      break;
    case "step-ended":
      step.state = "ended";
      step.conclusion = event.conclusion;
      step.seconds = event.seconds;
      break;
  }
}

/** A step's log begins with a group that says what is run and with which inputs: long, and nothing that it did. */
function isEcho(step: StepView, line: string): boolean {
  if (step.lineCount === 1 && line.startsWith("##[group]Run ")) step.isEcho = true;
  const isWithin = step.isEcho === true;
  if (line.startsWith("##[endgroup]")) step.isEcho = false;
  return isWithin;
}

const frame = /^(Set up job|Complete job|Post .*)$/;

/** Whether a step is one of the runner's own and has nothing to say yet: those are told when they fail or take long. */
export function isQuiet(step: StepView, now: number): boolean {
  const { name, conclusion = "success", startedAt, seconds } = step;
  const spent = seconds ?? (startedAt === undefined ? 0 : (now - Date.parse(startedAt)) / 1000);
  return frame.test(name) && conclusion === "success" && spent < 1;
}

function jobOf(view: RunView, id: string, name = id): JobView {
  const known = view.jobs.find((job) => job.id === id);
  if (known) return known;
  const job = newJob(view, id, name);
  view.jobs.push(job);
  return job;
}

function newJob(view: RunView, id: string, name: string): JobView {
  const index = view.jobsKnown++;
  return { id, index, name, state: "queued", steps: [], annotations: [], summaries: [] };
}

/** Post steps may come to light only when they start: the list grows to hold the index. */
function stepOf(job: JobView, index: number): StepView {
  while (job.steps.length <= index) job.steps.push(newStep(`step ${job.steps.length + 1}`));
  return job.steps[index] as StepView;
}

function newStep(name: string): StepView {
  return { name, state: "queued", tail: [], lineCount: 0 };
}
