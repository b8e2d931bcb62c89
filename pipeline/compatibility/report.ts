// What a trial has shown, for the log, the summary, the pull request's comment and programs.
import type { ActionContext } from "../kit/action.ts";
import type { Parser } from "../kit/inputs.ts";
import { cell, code, count, folded, table } from "../kit/markdown.ts";
import type { Accepted } from "./kept-folder.ts";
import { isRecord } from "./requests.ts";
import type { Break, TrialResult } from "./trial.ts";

export interface JudgedBreak extends Break {
  /** Why it is meant; absent where nobody said. */
  readonly accepted?: string;
}

export interface Checked extends Omit<TrialResult, "breaks"> {
  readonly live: string;
  /** How it is known that this is live. */
  readonly how: string;
  readonly requests: number;
  /** Names of the migrations that it would get. */
  readonly pending: readonly string[];
  readonly breaks: readonly JudgedBreak[];
}

export type Report = { readonly notChecked: string } | Checked;

/** Parses the output `report`; "" is undefined. */
export const reportInput: Parser<Report | undefined> = (text) => {
  if (text === "") return undefined;
  const value = JSON.parse(text) as unknown;
  if (!isRecord(value) || !("notChecked" in value || Array.isArray(value.breaks)))
    throw new Error("must be the output `report` of the action `compatibility`");
  return value as unknown as Report;
};

/** Each break with the reason that somebody gave for it. */
export function judged(breaks: readonly Break[], accepted: readonly Accepted[]): readonly JudgedBreak[] {
  return breaks.map((one) => {
    const reason = accepted.find(({ request }) => request === one.request)?.reason;
    return reason === undefined ? one : { ...one, accepted: reason };
  });
}

/** Those for which nobody gave a reason. */
export function breaksLeft(report: Report): readonly JudgedBreak[] {
  return "notChecked" in report ? [] : report.breaks.filter(({ accepted }) => accepted === undefined);
}

/** One line: compatible, broken, or not checked; never more than was looked at. */
export function verdict(report: Report): string {
  if ("notChecked" in report) return `Compatibility is not checked: ${report.notChecked}`;
  const left = breaksLeft(report);
  const what = `${count(report.requests, "request")} against ${report.live}`;
  if (left.length > 0) return `${count(left.length, "break")} found by ${what}`;
  return `No break found by ${what}`;
}

const meets = {
  "old code, new schema": "the live API on the new schema",
  "old client, new API": "the live release's clients at the new API",
  "old code, after the way back": "the live API after the migrations' way back",
} as const;

/** The summary's and the comment's part. */
export function reportMarkdown(report: Report): string {
  const head = `### Compatibility\n\n${cell(verdict(report))}.\n`;
  if ("notChecked" in report) return head;
  const { breaks, rounds, useless, how } = report;
  const tried = rounds.map((meeting) => meets[meeting]).join("; ");
  const rows = breaks.map(({ meeting, request, what, by, accepted }) => [
    meets[meeting],
    request.startsWith("the ") ? cell(request) : code(request),
    cell(what) + (accepted === undefined ? "" : ` (meant: ${cell(accepted)})`),
    by === undefined ? "" : code(by),
  ]);
  return [
    head,
    ...(rows.length === 0 ? [] : [table(["where", "request", "what", "since"], rows), ""]),
    ...(breaksLeft({ ...report }).length === 0 ? [] : [`${advice}\n`]),
    folded(
      "What was tried",
      [
        `Tried: ${tried}. ${cell(how)}.`,
        ...(useless.length === 0
          ? []
          : [
              `The live API itself has no good answer to ${useless.map(code).join(", ")}: these show nothing.`,
            ]),
      ].join("\n\n"),
    ),
    "",
  ].join("\n");
}

const advice =
  "Expand first, contract later: bring the new column, route or field beside the old one in this release, let the code use the new one, " +
  "and take the old one away in a later release, when no live code or open page needs it. docs/safe-migrations.md has the forms.";

/** Says it everywhere. */
export async function tell(report: Report, { runner }: Pick<ActionContext, "runner">): Promise<void> {
  runner.info(verdict(report));
  if (!("notChecked" in report)) {
    for (const { meeting, request, what, by, accepted } of report.breaks) {
      const line = `${meets[meeting]}: ${request} ${what}${by === undefined ? "" : `, since ${by}`}`;
      if (accepted === undefined) runner.error(line, "Incompatible");
      else runner.info(`${line}; meant: ${accepted}`);
    }
  }
  await runner.summary(`${reportMarkdown(report)}\n`);
  runner.output("verdict", verdict(report));
  runner.output(
    "result",
    "notChecked" in report ? "not-checked" : breaksLeft(report).length > 0 ? "breaks" : "compatible",
  );
  runner.output("report", JSON.stringify(shortened(report)));
}

/** An output of a job has a megabyte at most; nobody reads more than this. */
const mostBreaks = 50;

function shortened(report: Report): Report {
  return "notChecked" in report ? report : { ...report, breaks: report.breaks.slice(0, mostBreaks) };
}
