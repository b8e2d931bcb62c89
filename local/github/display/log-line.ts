import type { AnnotationView, StepView } from "./run-view.ts";
import { plainText } from "./text.ts";

/** A log line for people: without the markers that GitHub's web page folds and colours by. "" when nothing is left. */
export function logText(line: string): string {
  return plainText(line)
    .replace(/^##\[endgroup\].*$/, "")
    .replace(/^##\[[a-z]+\]/, "")
    .trimEnd();
}

/** The last lines of a step's log that say something, oldest first, without what the annotations already say. */
export function lastLines(step: StepView, count: number, told: readonly AnnotationView[] = []): string[] {
  const known = told.flatMap(({ message }) => message.split("\n").map((line) => plainText(line).trim()));
  return step.tail
    .map(logText)
    .filter((line) => line !== "" && !known.includes(line.trim()))
    .slice(-count);
}

/** The latest line of a running step: what it is busy with. */
export function progressOf(step: StepView): string | undefined {
  return lastLines(step, 1)[0]?.trim();
}

/** `file:line: title: message`, as far as it has them; as many lines as the message has. */
export function annotationText(annotation: AnnotationView): string {
  const { file, line, title, message } = annotation;
  const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
  return `${place}${title ? `${title}: ` : ""}${message}`;
}
