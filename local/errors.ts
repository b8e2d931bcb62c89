/** What can go wrong with the local stack, for people: what happened, to what, and what to do. */
export class LocalError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LocalError";
    this.code = code;
    this.hint = hint;
  }
}
