/**
 * Every way in which an action can fail, by code: who has to act (`source`) and what the code means.
 * The one table from which the type, the messages' prefix and the error page derive; keep it sorted.
 */
export const errorCodes = {
  AccessDenied: { source: "user", meaning: "The role lacks a permission that the action needs." },
  InvalidInputs: { source: "user", meaning: "One or more inputs of the action are missing or malformed." },
  InternalError: { source: "bug", meaning: "The action met a state that its authors did not foresee." },
  MissingIdTokenPermission: { source: "user", meaning: "The job may not ask GitHub for an OIDC token." },
  NotLoopback: { source: "user", meaning: "A local run was pointed at an address outside this machine." },
  RoleNotAssumable: { source: "user", meaning: "AWS did not let this job assume the role." },
  ServiceUnavailable: { source: "service", meaning: "A service did not answer, after retries." },
} as const satisfies Record<string, { source: "user" | "service" | "bug"; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorOptions {
  /** What to change, in one sentence. */
  readonly hint?: string;
  /** Facts for the log, printed one per line; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/**
 * The one error that actions throw on purpose. The message is lowercase, has no full stop, and names the thing and the
 * wrong value in quotes; `hint` says what to change.
 */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ActionError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get source(): "user" | "service" | "bug" {
    return errorCodes[this.code].source;
  }
}

/** The chain of messages from an error down to its first cause, without repeats: what a reader needs to find the reason. */
export function explain(error: unknown): string {
  const messages: string[] = [];
  for (let current: unknown = error; current !== undefined && messages.length < 8; ) {
    const message = current instanceof Error ? current.message || current.name : String(current);
    if (!messages.includes(message)) messages.push(message);
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages.join(": ");
}
