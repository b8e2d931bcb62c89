import type { RunEvent } from "../run-events.ts";
import { annotationText, progressOf } from "./log-line.ts";
import { isQuiet, type JobView, type RunView } from "./run-view.ts";
import type { Style } from "./style.ts";
import { duration, fit, fitJob, padTo, plainText, shortName, widthOf, wrap } from "./text.ts";

/** The line that opens a run's output. */
function titleLine(view: RunView, columns: number): string {
  const { head } = view;
  const title = `${plainText(head.workflow)} #${head.number}: ${plainText(head.title)}`;
  return `${fit(title, columns - 10)} (${head.sha.slice(0, 7)})`;
}

/**
 * What a reader of plain lines is told about an event, given the view after it: every step that did something, every
 * warning and error, every job's end.
 */
export function eventLines(event: RunEvent, view: RunView, style: Style, columns: number): string[] {
  switch (event.type) {
    case "run-queued":
      return [titleLine(view, columns)];
    case "run-waiting":
      return event.behind === 0
        ? []
        : [`  waiting for ${event.behind} ahead in the concurrency group "${plainText(event.group)}"`];
    case "job-waiting":
      return jobLine(view, event.job, `waiting: ${plainText(event.reason)}`, columns);
    case "annotation":
      return annotationLines(event, view, style, columns);
    case "step-ended": {
      const step = view.jobs.find(({ id }) => id === event.job)?.steps[event.step];
      if (event.conclusion === "skipped" || step === undefined || isQuiet(step, 0)) return [];
      const text = `${style.mark(event.conclusion)} ${shortName(step.name)}  ${style.dim(duration(event.seconds))}`;
      return jobLine(view, event.job, text, columns);
    }
    case "job-ended": {
      // Its condition did not hold, or what it needs failed: what became of the run says the verdict.
      if (event.conclusion === "skipped") return [];
      const word = { success: "done in", failure: "failed after", timed_out: "timed out after" } as const;
      const text =
        event.conclusion === "cancelled"
          ? event.conclusion
          : `${word[event.conclusion]} ${duration(event.seconds)}`;
      return jobLine(view, event.job, style.strong(text), columns);
    }
    default:
      return [];
  }
}

function annotationLines(
  event: Extract<RunEvent, { type: "annotation" }>,
  view: RunView,
  style: Style,
  columns: number,
): string[] {
  const paint = { error: style.bad, warning: style.attention, notice: style.active }[event.level];
  // What a message quotes below its first line is told again with the verdict, or is in the log.
  const text = plainText(`${event.level}: ${annotationText(event).split("\n")[0]}`);
  const width = columns - nameColumn(view) - 4;
  return wrap(text, width).flatMap((line) => jobLine(view, event.job, paint(line), columns));
}

/** What a running step says about itself after a while, or undefined when no step of the job runs. */
export function progressLine(view: RunView, job: JobView, now: number, columns: number): string | undefined {
  const step = job.steps.find(({ state }) => state === "running");
  if (step?.startedAt === undefined) return undefined;
  const seconds = Math.max(0, (now - Date.parse(step.startedAt)) / 1000);
  const latest = progressOf(step);
  const text = `… ${shortName(step.name)}  ${duration(seconds)}${latest === undefined ? "" : `  ${latest}`}`;
  return jobLine(view, job.id, fit(text, columns - nameColumn(view) - 4), columns)[0];
}

function jobLine(view: RunView, id: string, text: string, columns: number): string[] {
  const name = plainText(view.jobs.find((job) => job.id === id)?.name ?? id);
  const column = nameColumn(view);
  return [`  ${padTo(fitJob(name, Math.min(column, columns)), column)}  ${text}`];
}

function nameColumn(view: RunView): number {
  return Math.min(24, Math.max(0, ...view.jobs.map(({ name }) => widthOf(plainText(name)))));
}
