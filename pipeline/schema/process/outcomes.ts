import type { ErrorCode } from "../../kit/errors.ts";
import type { ThrownValue } from "./messages.ts";

/** A migration that threw, in its own words. */
export class StepFailed extends Error {
  readonly thrown: ThrownValue;
  /** The SQLSTATE, or the code of Node's. */
  readonly code: string;

  constructor(thrown: ThrownValue) {
    super(thrown.message);
    this.thrown = thrown;
    this.code = thrown.state;
  }
}

/** A migration that did not come to an end of its own; the message goes on from its name. */
export class StepLost extends Error {
  readonly outcome: ErrorCode;
  readonly remedy: string;

  constructor(outcome: ErrorCode, message: string, remedy: string, stack = "") {
    super(message);
    this.outcome = outcome;
    this.remedy = remedy;
    if (stack !== "") this.stack = stack;
  }
}

const wait = "await everything that it does, and let errors through to the promise that it returns";

export function escaped(how: string, { message, stack }: ThrownValue): StepLost {
  const where =
    how === "unhandledRejection" ? "in a promise that nothing waits for" : "where nothing waits for it";
  return new StepLost("MigrationEscaped", `failed ${where}: ${message}`, wait, stack);
}

export function timedOut(seconds: number): StepLost {
  return new StepLost(
    "MigrationTimedOut",
    `did not end in ${seconds} s, and was ended`,
    "find what it waits for; where it needs longer, raise `migration-timeout-seconds`, or better do it in batches",
  );
}

export function wantsCallback(): StepLost {
  return new StepLost(
    "MigrationCallback",
    "expects a callback as its third argument, which nobody gives it",
    "return a promise instead of calling `done`",
  );
}

export function ended(code: number | null, signal: NodeJS.Signals | null): StepLost {
  if (signal === null && code !== null && code < 128) {
    return new StepLost(
      "MigrationExited",
      `ended its process (exit code ${code}) before it was done`,
      "take process.exit() out of it, and out of what it imports",
    );
  }
  return new StepLost(
    "MigrationCrashed",
    `lost its process (${signal ?? `exit code ${code}`}) before it was done`,
    "it was killed from outside, or took more memory than there is: do large changes in batches",
  );
}
