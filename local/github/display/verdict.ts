import type { Conclusion } from "../run-events.ts";
import { annotationText, lastLines } from "./log-line.ts";
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

/** How a run ended, verdict first; where it failed also the errors and the last lines of the log. */
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
  const verdict = `${name} ${words[view.conclusion]} ${duration(view.seconds ?? 0)}${where}`;
  const [first = "", ...rest] = wrap(verdict, columns - 10);
  return [
    `${style.mark(view.conclusion)} ${style.strong(first)}`,
    ...rest.map((line) => `  ${style.strong(line)}`),
    ...headline(view, columns),
    ...failures.flatMap((failure, index) => failureLines(failure, index, style, columns)),
    ...linkLines(view, links, style),
  ];
}

/** Each failed job with the step that failed it, in the order of the workflow; nothing for a run that succeeded. */
function failuresOf(view: RunView): Failure[] {
  const failed = (conclusion: Conclusion | undefined): boolean =>
    conclusion === "failure" || conclusion === "timed_out";
  return view.jobs
    .filter((job) => failed(job.conclusion))
    .map((job) => ({ job, step: job.steps.find((step) => failed(step.conclusion)) }));
}

function placeOf({ job, step }: Failure, style: Style): string {
  const name = plainText(job.name);
  return step === undefined ? name : `${name}${style.separator}${shortName(step.name)}`;
}

function failureLines(failure: Failure, index: number, style: Style, columns: number): string[] {
  const { job, step } = failure;
  const position = step === undefined ? -1 : job.steps.indexOf(step);
  const all = job.annotations.filter(({ level }) => level === "error");
  const own = all.filter((annotation) => annotation.step === position);
  const errors = withoutExitCode(own.length > 0 ? own : all);
  const shown = errors
    .slice(0, errorsShown)
    .flatMap((annotation) => textLines(annotation, columns).map((line) => style.bad(`  ${line}`)));
  const title = index === 0 ? [] : [`  ${style.strong(`${placeOf(failure, style)} failed too`)}`];
  const more = errors.length > errorsShown ? [`  … and ${errors.length - errorsShown} more errors`] : [];
  const log = step === undefined || index > 0 ? [] : lastLines(step, logLines, errors);
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

/** The first line of the summary that tells how the run ended, in the workflow's own words; nothing where none does. */
function headline(view: RunView, columns: number): string[] {
  const summary = lastWord(view) ?? "";
  const line = summary
    .split("\n")
    .map((text) => plainText(withoutMarkup(text)).trim())
    .find((text) => text !== "" && !text.startsWith("|"));
  return line === undefined ? [] : wrap(line, columns - 2).map((text) => `  ${text}`);
}

/**
 * The Markdown of the summary that tells how a run ended, or stands so far; undefined where none does.
 * A step that succeeded does not speak for a run that did not: what it says was true then. Only where the run was cancelled, the
 * job that came last speaks for it, as one that cleans up does.
 */
export function lastWord({ jobs, conclusion }: RunView): string | undefined {
  const last = jobs.findLast(({ startedAt }) => startedAt !== undefined);
  return jobs
    .flatMap((job) => job.steps.map((step) => ({ job, step })))
    .filter(
      ({ job, step }) =>
        conclusion === "success" ||
        conclusion === undefined ||
        step.conclusion !== "success" ||
        (conclusion === "cancelled" && job === last && job.conclusion === "success"),
    )
    .flatMap(({ step }) => step.summary ?? [])
    .at(-1);
}

/** The words of a line of Markdown: no elements, no marks, and what entities stand for. */
function withoutMarkup(line: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return line
    .replace(/<[^>]*>/g, "")
    .replace(/^#+ /, "")
    .replaceAll(/\*\*|`/g, "")
    .replace(/&(?:#(\d{1,6})|([a-z]+));/g, (entity, number?: string, name = "") =>
      number === undefined ? (names[name] ?? entity) : String.fromCodePoint(Number(number)),
    )
    .replaceAll("\u200b", "");
}

function linkLines(view: RunView, links: Links, style: Style): string[] {
  const hasSummary = view.jobs.some(({ summaries }) => summaries.length > 0);
  const lines: string[] = [];
  if (links.log !== undefined) lines.push(`  ${style.dim("run")}      ${links.log}`);
  if (links.summary !== undefined && hasSummary) lines.push(`  ${style.dim("summary")}  ${links.summary}`);
  return lines;
}
