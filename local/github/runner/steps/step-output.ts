import type { Emit } from "../../run-events.ts";
import type { Masker } from "./masker.ts";
import { parseCommand, type WorkflowCommand } from "./workflow-command.ts";

type Level = "notice" | "warning" | "error";

interface StepOutputOptions {
  readonly emit: Emit;
  readonly job: string;
  readonly step: number;
  readonly masker: Masker;
  /** Whether `::debug::` lines are shown (ACTIONS_STEP_DEBUG). */
  readonly debug: boolean;
  readonly setOutput: (name: string, value: string) => void;
  readonly saveState: (name: string, value: string) => void;
}

/** GitHub shows no more of each level from one step; the lines of the log are all there. */
const mostAnnotations = 10;
/** And of each no more than so many characters. */
const longestAnnotation = 4096;

const deprecated = (command: string): string =>
  `the ${command} command is deprecated; use environment files: https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/`;

/** Everything that a step prints: masks it, obeys the workflow commands in it, and tells it as events. */
export class StepOutput {
  readonly #options: StepOutputOptions;
  readonly #annotations: Record<Level, number> = { notice: 0, warning: 0, error: 0 };
  #resumeToken: string | undefined;
  #echo = false;
  /** Whether a command that is not allowed makes the step fail, whatever its exit code. */
  failed = false;

  constructor(options: StepOutputOptions) {
    this.#options = options;
  }

  /** A line that the program printed. */
  read(line: string): void {
    const command = parseCommand(line);
    if (this.#resumeToken !== undefined) {
      if (command?.name === this.#resumeToken.toLowerCase()) this.#resumeToken = undefined;
      this.line(line);
    } else if (command === undefined || !this.#obey(command)) this.line(line);
    else if (this.#echo && command.name !== "add-mask") this.line(line);
  }

  /** A line of the runner's own. */
  line(text: string): void {
    const { emit, job, step, masker } = this.#options;
    for (const line of masker.mask(text).split(/\r\n|\n|\r/)) emit({ type: "line", job, step, text: line });
  }

  notice(message: string): void {
    this.#annotate("notice", message, {});
  }

  warning(message: string): void {
    this.#annotate("warning", message, {});
  }

  error(message: string): void {
    this.#annotate("error", message, {});
  }

  /** Lines that the log shows folded. */
  group(title: string, lines: readonly string[]): void {
    this.line(`##[group]${title}`);
    for (const line of lines) this.line(line);
    this.line("##[endgroup]");
  }

  #obey({ name, properties, message }: WorkflowCommand): boolean {
    switch (name) {
      case "notice":
      case "warning":
      case "error":
        this.#annotate(name, message, properties);
        return true;
      case "debug":
        if (this.#options.debug) this.line(`##[debug]${message}`);
        return true;
      case "group":
      case "endgroup":
        this.line(`##[${name}]${message}`);
        return true;
      case "add-mask":
        if (!this.#options.masker.add(message)) this.warning("add-mask was given nothing to mask");
        return true;
      case "stop-commands":
        return this.#stopCommands(message);
      case "echo":
        if (message !== "on" && message !== "off") this.error(`echo must be on or off, not "${message}"`);
        this.#echo = message === "on";
        return true;
      case "set-output":
      case "save-state":
        return this.#set(name, properties.name ?? "", message);
      case "set-env":
      case "add-path":
        this.error(
          `the ${name} command is disabled; write to $GITHUB_${name === "set-env" ? "ENV" : "PATH"}`,
        );
        this.failed = true;
        return true;
      case "add-matcher":
      case "remove-matcher":
        this.warning(`${name}: problem matchers are not supported by this runner`);
        return true;
      default:
        return false;
    }
  }

  #stopCommands(token: string): boolean {
    const end = parseCommand(`::${token}::`);
    if (end === undefined || /^(pause-logging|stop-commands)$/.test(end.name)) {
      this.error(`stop-commands needs a token without spaces and colons to end it, not "${token}"`);
      this.failed = true;
      return true;
    }
    this.#resumeToken = token;
    return false;
  }

  #set(command: "set-output" | "save-state", name: string, value: string): true {
    if (name === "") {
      this.error(`${command} needs a name: ::${command} name=…::`);
      this.failed = true;
    } else {
      this.warning(deprecated(command));
      if (command === "set-output") this.#options.setOutput(name, value);
      else this.#options.saveState(name, value);
    }
    return true;
  }

  #annotate(level: Level, message: string, properties: Readonly<Record<string, string>>): void {
    const { emit, job, step, masker } = this.#options;
    this.line(`##[${level}]${message}`);
    if (++this.#annotations[level] > mostAnnotations) return;
    const line = Number(properties.line);
    emit({
      type: "annotation",
      job,
      step,
      level,
      message: masker.mask(message).slice(0, longestAnnotation),
      ...(properties.title === undefined ? {} : { title: masker.mask(properties.title) }),
      ...(properties.file === undefined ? {} : { file: masker.mask(properties.file) }),
      ...(line > 0 ? { line } : {}),
    });
  }
}
