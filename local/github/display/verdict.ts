import type { Conclusion } from "../run-events.ts";
import { annotationText, lastLines } from "./log-line.ts";
import { unmarked } from "./markdown-lines.ts";
import type { AnnotationView, JobView, RunView, StepView } from "./run-view.ts";
import type { Style } from "./style.ts";
import { duration, fit, plainText, shortName, wrap } from "./text.ts";

/** Where a reader finds the rest. */
export interface Links {
  readonly log?: string | undefined;
  readonly summary?: string | undefined;
}

interface Failure {
  readonly job: JobView;
  readonly step: StepView | undefined;
}

const logLines = 15;
const errorsShown = 5;
/** Of what an error quotes: its beginning, which mostly names the cause, and its end. */
const quotedLines = { first: 10, last: 4 };

const words: Readonly<Record<Conclusion, string>> = {
  success: "succeeded in",
  failure: "failed after",
  timed_out: "timed out after",
  cancelled: "was cancelled after",
  skipped: "had nothing to do in",
};

/**
 * How a run ended: first what is live now and why, where a step of it says so, then how the run went; where it failed also the errors
 * and the last lines of the log.
 */
export function verdictLines(view: RunView, links: Links, style: Style, columns: number): string[] {
  const name = `${plainText(view.head.workflow)} #${view.head.number}`;
  if (view.conclusion === undefined) {
    const line = `${name} was interrupted: the local stack stopped; \`npm start\` goes on with what goes live or back`;
    return [style.attention(fit(line, columns)), ...linkLines(view, links, style)];
  }
  const failures = failuresOf(view);
  const [foremost] = failures;
  const reason = view.reason === undefined ? "" : `: ${plainText(view.reason)}`;
  const where = foremost === undefined ? reason : ` in ${placeOf(foremost, style)}`;
  const went = `${name} ${words[view.conclusion]} ${duration(view.seconds ?? 0)}${where}`;
  const said = headline(view);
  const [first = "", ...rest] = wrap(said ?? went, columns - 10);
  const told = failures.map((failure) => ({ failure, errors: errorsOf(failure, said) }));
  return [
    `${style.mark(view.conclusion)} ${style.strong(first)}`,
    ...rest.map((line) => `  ${style.strong(line)}`),
    ...(said === undefined ? [] : wrap(went, columns - 2).map((line) => `  ${line}`)),
    ...told.flatMap(({ failure, errors }, index) => failureLines(failure, errors, index, style, columns)),
    ...toDo(view).flatMap((line) => wrap(line, columns - 2).map((text) => `  ${text}`)),
    ...linkLines(view, links, style),
  ];
}

/** What the summary that tells how the run ended says that one has to do, and what holds meanwhile, as that pushes are frozen. */
function toDo(view: RunView): readonly string[] {
  const lines = (lastWord(view) ?? "").split("\n");
  return lines
    .filter((line) => /^(?:\*\*What to do:\*\*|> \*\*)/.test(line))
    .map((line) => plainText(unmarked(line.replace(/^> /, ""))));
}

/** Each failed job with the step that failed it, in the order of the workflow; nothing for a run that succeeded. */
function failuresOf(view: RunView): Failure[] {
  return view.jobs.filter(hasFailed).map((job) => ({ job, step: job.steps.find(hasFailed) }));
}

function placeOf({ job, step }: Failure, style: Style): string {
  const name = plainText(job.name);
  return step === undefined ? name : `${name}${style.separator}${shortName(step.name)}`;
}

/** What a failed job says of its failure, without what repeats the run's first line: its remedy is among what is to do. */
function errorsOf({ job, step }: Failure, said: string | undefined): readonly AnnotationView[] {
  const position = step === undefined ? -1 : job.steps.indexOf(step);
  const all = job.annotations.filter(({ level }) => level === "error");
  const own = all.filter((annotation) => annotation.step === position);
  const errors = withoutExitCode(own.length > 0 ? own : all);
  if (said === undefined) return errors;
  return errors.filter(({ message }) => !plainText(message).startsWith(said));
}

function failureLines(
  failure: Failure,
  errors: readonly AnnotationView[],
  index: number,
  style: Style,
  columns: number,
): string[] {
  const { step } = failure;
  const shown = errors
    .slice(0, errorsShown)
    .flatMap((annotation) => textLines(annotation, columns).map((line) => style.bad(`  ${line}`)));
  if (index > 0 && shown.length === 0) return [];
  const title = index === 0 ? [] : [`  ${style.strong(`${placeOf(failure, style)} failed too`)}`];
  const more = errors.length > errorsShown ? [`  … and ${errors.length - errorsShown} more errors`] : [];
  // Errors that name their line are the cause already.
  const isPlaced = errors.some(({ file }) => file !== undefined);
  const log = step === undefined || index > 0 || isPlaced ? [] : lastLines(step, logLines, errors);
  const quoted = log.map((line) => `  ${style.dim(style.gutter)}${fit(line, columns - 5)}`);
  return [...title, ...shown, ...more, ...(quoted.length > 0 ? ["  the end of its log:"] : []), ...quoted];
}

/** The first line wrapped, as it is prose; those after it cut, as they quote. */
function textLines(annotation: AnnotationView, columns: number): string[] {
  const [first = "", ...rest] = annotationText(annotation)
    .split("\n")
    .map((line) => plainText(line).trimEnd());
  const quoted = cutInTheMiddle(rest.filter((line) => line !== ""));
  return [...wrap(first, columns - 4), ...quoted.map((line) => fit(`  ${line}`, columns - 4))];
}

function cutInTheMiddle(lines: readonly string[]): readonly string[] {
  const { first, last } = quotedLines;
  const left = lines.length - first - last;
  if (left <= 1) return lines;
  return [...lines.slice(0, first), `… ${left} more lines …`, ...lines.slice(-last)];
}

/** The runner's own word for a failed program says nothing where the program has said what is wrong. */
function withoutExitCode(errors: readonly AnnotationView[]): readonly AnnotationView[] {
  const telling = errors.filter(({ message }) => !/^Process completed with exit code \d+\.$/.test(message));
  return telling.length > 0 ? telling : errors;
}

/** The first line of the summary that tells how the run ended, in the workflow's own words; undefined where none does. */
function headline(view: RunView): string | undefined {
  return (lastWord(view) ?? "")
    .split("\n")
    .map((text) => plainText(unmarked(text)).trim())
    .find((text) => text !== "" && !text.startsWith("|"));
}

/**
 * The Markdown of the summary that tells how a run ended, or stands so far; undefined where none does.
 * A step that succeeded does not speak for a run that did not: what it says was true then. Only a job that came after all that
 * failed does, as one that cleans up; and where the run was cancelled, the job that came last.
 */
export function lastWord({ jobs, conclusion }: RunView): string | undefined {
  const last = jobs.findLast(({ startedAt }) => startedAt !== undefined);
  const failed = jobs.filter(hasFailed);
  const over = failed.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...failed.map(endOf));
  const cameAfter = (job: JobView): boolean =>
    job.conclusion === "success" &&
    (conclusion === "cancelled" ? job === last : Date.parse(job.startedAt ?? "") >= over);
  return jobs
    .flatMap((job) => job.steps.map((step) => ({ job, step })))
    .filter(
      ({ job, step }) =>
        conclusion === "success" ||
        conclusion === undefined ||
        step.conclusion !== "success" ||
        cameAfter(job),
    )
    .flatMap(({ step }) => step.summary ?? [])
    .at(-1);
}

function hasFailed({ conclusion }: { readonly conclusion?: Conclusion }): boolean {
  return conclusion === "failure" || conclusion === "timed_out";
}

/** Milliseconds since the epoch; of a job that ended without having started, as one whose machine never came, the beginning of time. */
function endOf({ startedAt, seconds = 0 }: JobView): number {
  return startedAt === undefined ? 0 : Date.parse(startedAt) + seconds * 1000;
}

function linkLines(view: RunView, links: Links, style: Style): string[] {
  const hasSummary = view.jobs.some(({ summaries }) => summaries.length > 0);
  const lines: string[] = [];
  if (links.log !== undefined) lines.push(`  ${style.dim("run")}      ${links.log}`);
  if (links.summary !== undefined && hasSummary) lines.push(`  ${style.dim("summary")}  ${links.summary}`);
  return lines;
}
