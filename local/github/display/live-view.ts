import { progressOf } from "./log-line.ts";
import { isQuiet, type JobView, type RunView, type StepView } from "./run-view.ts";
import type { Style } from "./style.ts";
import { duration, fit, fitJob, padTo, plainText, shortName, widthOf } from "./text.ts";

interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Counts redraws; turns the spinner. */
  readonly frame: number;
}

/** What one line shows, before it is fitted to the screen. */
interface Row {
  readonly indent: number;
  readonly mark: string;
  readonly name: string;
  readonly seconds: number | undefined;
  readonly note: string | undefined;
  readonly state: "queued" | "waiting" | "running" | "ended";
}

/** The run as it stands, one line per job and per step of the running jobs, never more than the screen holds. */
export function liveLines(view: RunView, style: Style, screen: Screen): string[] {
  const rows = fitRows(rowsOf(view, style, screen), screen.rows - 3);
  const names = Math.max(0, ...rows.map((row) => row.indent + 2 + widthOf(row.name)));
  const column = Math.min(Math.max(names, 24), Math.floor(screen.columns * 0.55));
  return [headLine(view, style, screen), ...rows.map((row) => rowLine(row, column, style, screen.columns))];
}

function headLine(view: RunView, style: Style, screen: Screen): string {
  const { head } = view;
  const elapsed =
    view.seconds ?? Math.max(0, (screen.now - Date.parse(view.startedAt ?? view.queuedAt)) / 1000);
  const name = `${plainText(head.workflow)} #${head.number}`;
  const time = duration(elapsed);
  const waiting = view.waitingFor === undefined ? "" : `waiting: ${view.waitingFor.behind} ahead · `;
  const title = fit(
    `${waiting}${head.sha.slice(0, 7)} ${plainText(head.title)}`,
    screen.columns - widthOf(name) - time.length - 5,
  );
  return `${style.strong(name)}  ${padTo(title, screen.columns - widthOf(name) - time.length - 5)}  ${style.dim(time)}`;
}

function rowsOf(view: RunView, style: Style, screen: Screen): Row[] {
  // A job that was skipped says nothing: its condition did not hold, or the verdict says why.
  const told = view.jobs.filter(({ conclusion }) => conclusion !== "skipped");
  return told.flatMap((job) => [
    jobRow(job, style, screen),
    ...(job.state === "running" ? stepsOf(job, screen.now).map((step) => stepRow(step, style, screen)) : []),
  ]);
}

function stepsOf({ steps }: JobView, now: number): StepView[] {
  return steps.filter((step) => !isQuiet(step, now) && step.conclusion !== "skipped");
}

function jobRow(job: JobView, style: Style, screen: Screen): Row {
  const failed = job.steps.find(({ conclusion }) => conclusion === "failure" || conclusion === "timed_out");
  return {
    indent: 0,
    mark: markOf(job, style, screen.frame),
    name: plainText(job.name),
    seconds: secondsOf(job, screen.now),
    note:
      job.state === "waiting"
        ? job.waitingFor
        : job.state === "ended" && failed !== undefined
          ? shortName(failed.name)
          : undefined,
    state: job.state,
  };
}

function stepRow(step: StepView, style: Style, screen: Screen): Row {
  return {
    indent: 2,
    mark: markOf(step, style, screen.frame),
    name: shortName(step.name),
    seconds: secondsOf(step, screen.now),
    note: step.state === "running" ? progressOf(step) : undefined,
    state: step.state,
  };
}

function markOf(item: JobView | StepView, style: Style, frame: number): string {
  if (item.conclusion !== undefined) return style.mark(item.conclusion);
  if (item.state === "running") return style.active(style.spinner[frame % style.spinner.length] as string);
  return style.dim(item.state === "waiting" ? style.waiting : style.queued);
}

function secondsOf(item: JobView | StepView, now: number): number | undefined {
  if (item.conclusion === "skipped") return undefined;
  if (item.seconds !== undefined) return item.seconds;
  return item.startedAt === undefined ? undefined : Math.max(0, (now - Date.parse(item.startedAt)) / 1000);
}

/**
 * At most so many rows. What gives way first: steps still to come, the last ones first; then steps that are over, the
 * first ones first; then jobs still to come, jobs that are over and running steps.
 */
function fitRows(rows: readonly Row[], limit: number): Row[] {
  const kept = [...rows];
  const dropWhile = (from: "start" | "end", matches: (row: Row) => boolean): void => {
    while (kept.length > Math.max(1, limit)) {
      const index = from === "start" ? kept.findIndex(matches) : kept.findLastIndex(matches);
      if (index < 0) return;
      kept.splice(index, 1);
    }
  };
  dropWhile("end", (row) => row.indent > 0 && row.state === "queued");
  dropWhile("start", (row) => row.indent > 0 && row.state === "ended");
  dropWhile("end", (row) => row.state === "queued");
  dropWhile("start", (row) => row.state === "ended");
  dropWhile("end", () => true);
  return kept;
}

function rowLine(row: Row, column: number, style: Style, columns: number): string {
  const fitName = row.indent === 0 ? fitJob : fit;
  const name = fitName(row.name, column - row.indent - 2);
  const padded = padTo(name, column - row.indent - 2);
  const quiet = row.state === "queued" || row.state === "waiting";
  const time = row.seconds === undefined ? "" : duration(row.seconds);
  const start = `${" ".repeat(row.indent)}${row.mark} ${quiet ? style.dim(padded) : padded}`;
  const rest = row.note === undefined ? "" : fit(plainText(row.note), columns - column - 14);
  return `${start}  ${style.dim(time.padStart(9))}${rest === "" ? "" : `  ${style.dim(rest)}`}`.trimEnd();
}
