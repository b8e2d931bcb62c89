import { plain } from "../../kit/markdown.ts";
import type { EventReading } from "../environment/observation.ts";
import { readLine } from "./application-log.ts";
import { applicationHint, healthHint, stepHint } from "./cause-hints.ts";
import { type EngineEntry, flippedAt, isEngineError } from "./engine-log.ts";

/** What a deploy left to read: all of it this deploy's own. */
export interface Traces {
  readonly engine: readonly EngineEntry[];
  /** Lines of the application's output. */
  readonly application: readonly string[];
  /** Of every severity, under the update's request id. */
  readonly events: readonly EventReading[];
  /** What enhanced health says of the instances. */
  readonly healthCauses: readonly string[];
}

/** Why a deploy failed. */
export interface Cause {
  /** One sentence of at most 300 characters, with the file, hook, port or path in it where one is known. */
  readonly sentence: string;
  /** What to change; "" where only the sentence itself tells. */
  readonly hint: string;
  /** Who says so: which excerpt belongs to it. */
  readonly source: "engine" | "application" | "event" | "health";
  /** Whether the new version was in place by then; undefined where the cause does not tell. */
  readonly isAfterChange: boolean | undefined;
}

const longest = 300;

/** The cause by the first rule that finds one; undefined where none does. */
export function causeOf(traces: Traces): Cause | undefined {
  for (const rule of rules) {
    const found = rule(traces);
    if (!found) continue;
    const text = plain(found.sentence);
    const sentence = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
    return { isAfterChange: undefined, ...found, sentence };
  }
  return undefined;
}

type Rule = (traces: Traces) => (Omit<Cause, "isAfterChange"> & Partial<Cause>) | undefined;

const rules: readonly Rule[] = [
  // Elastic Beanstalk could not even begin, or gave up waiting: nothing on the instances says so.
  ({ events }) => {
    const found = events.find(({ message }) =>
      /not authorized to perform|Unable to download from S3|source bundle .*is not usable|allowed command timeout time|You can't .*immutable deployment/i.test(
        message,
      ),
    );
    return found && { sentence: found.message, hint: eventHint(found.message), source: "event" };
  },
  // The step that ended the command, in the engine's own words.
  ({ engine }) => {
    const failed =
      /An error occurred during execution of command \[[^\]]*\] - \[([^\]]*)\]\. Stop running the command\. Error: ([\s\S]*)/;
    const [, step = "", error = ""] = lastMatch(engine, failed) ?? [];
    if (error === "") return undefined;
    const isAfterChange = /PostDeploy|proxy|nginx|FlipApplication|StartApplication|Start Application/i.test(
      step,
    );
    return { sentence: `${error} (step ${step})`, hint: stepHint(error), source: "engine", isAfterChange };
  },
  ({ engine, application }) => {
    const killed = lastMatch(ofProcess(engine), /[Pp]rocess web was ended by (SIG\w+)/)?.[1];
    const heap = application.find((line) => /heap out of memory/i.test(line));
    if (killed === undefined && heap === undefined) return undefined;
    const what = heap === undefined ? `the process web was ended by ${killed}` : read(heap).text;
    const isMemory = heap !== undefined || killed === "SIGKILL";
    const hint = isMemory
      ? "the instance's memory is most often too small for it: give it a larger instance type, or let it use less"
      : "look for what ends it: the application did not exit by itself";
    return {
      sentence: what,
      hint,
      source: heap === undefined ? "engine" : "application",
      isAfterChange: true,
    };
  },
  ({ engine, application }) => {
    const said = lastMatch(engine, /did not pass its health checks: ([\s\S]*)/)?.[1] ?? "";
    const own = ownError(application);
    // A check that is answered tells more than what the application logs of it; one that is not, less than its last error.
    const isAnswered = /ResponseCodeMismatch/.test(said);
    if (said === "" || /process web exited/i.test(said) || (own !== "" && !isAnswered)) return undefined;
    const words = own === "" ? "" : `; the application says: ${own}`;
    return { sentence: `${said}${words}`, hint: healthHint(said), source: "engine", isAfterChange: true };
  },
  ({ application }) => {
    const own = ownError(application);
    if (own === "") return undefined;
    return { sentence: own, hint: applicationHint(own), source: "application", isAfterChange: true };
  },
  ({ engine, application }) => {
    const exited = lastMatch(ofProcess(engine), /([Pp]rocess web exited with status \d+)/)?.[1];
    if (exited === undefined) return undefined;
    const [last] = application.slice(-1).map(read);
    const hint = "let the application log why it ends, where its last words do not tell";
    return last === undefined
      ? { sentence: `${exited}, and it wrote nothing`, hint, source: "engine", isAfterChange: true }
      : {
          sentence: `${exited}; its last words: ${last.text}`,
          hint,
          source: "application",
          isAfterChange: true,
        };
  },
  ({ events }) => {
    const found = events.find(({ message }) => /\.ebextensions|Procfile|\.config\b/i.test(message));
    return (
      found && {
        sentence: found.message,
        hint: "correct that file: Elastic Beanstalk leaves out the whole of it",
        source: "event",
      }
    );
  },
  ({ engine }) => {
    const last = engine.findLast(isEngineError);
    return last && { sentence: last.text, hint: "", source: "engine" };
  },
  ({ healthCauses }) => {
    const found = healthCauses.find(
      (cause) => !/^Incorrect application version|^Application deployment failed/.test(cause),
    );
    return found === undefined ? undefined : { sentence: found, hint: healthHint(found), source: "health" };
  },
];

function read(line: string) {
  return readLine(line, new Date(0));
}

/** What the engine says of the new version's process. */
function ofProcess(engine: readonly EngineEntry[]): readonly EngineEntry[] {
  const from = flippedAt(engine);
  if (from === "never") return [];
  return from === undefined ? engine : engine.filter(({ at }) => at >= from);
}

/** The last error that the application logged before it was given up; "" where it logged none. */
function ownError(application: readonly string[]): string {
  return application.map(read).findLast(({ isError }) => isError)?.text ?? "";
}

function lastMatch(engine: readonly EngineEntry[], pattern: RegExp): RegExpExecArray | undefined {
  for (const { text } of engine.toReversed()) {
    const match = pattern.exec(text);
    if (match) return match;
  }
  return undefined;
}

function eventHint(message: string): string {
  if (/not authorized/i.test(message)) {
    return "grant the role that deploys what the message names: Elastic Beanstalk updates with the caller's rights";
  }
  if (/command timeout/i.test(message)) {
    return "make the hooks and commands quicker, or raise the option Timeout of aws:elasticbeanstalk:command";
  }
  if (/immutable/i.test(message)) {
    return "move option_settings and Resources out of `.ebextensions` to what provisions the environment";
  }
  return "build the bundle again, and check that it is in the bucket";
}
