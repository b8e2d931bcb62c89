import type { Readable } from "node:stream";

/** What a handler answers; the server writes it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly stream?: Readable;
}

export const documentation = "https://docs.github.com/rest";

export const ok = (json: unknown): Answer => ({ status: 200, json });
export const created = (json: unknown): Answer => ({ status: 201, json });
export const accepted = (json: unknown = {}): Answer => ({ status: 202, json });
export const noContent: Answer = { status: 204 };

/** One entry of `errors` in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: "missing_field" | "invalid" | "custom" | "missing" | "unprocessable";
  readonly message?: string;
}

/** An error in GitHub's form: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  answer(): Answer {
    return {
      status: this.status,
      headers: this.headers,
      json: {
        message: this.message,
        ...(this.errors === undefined ? {} : { errors: this.errors }),
        documentation_url: documentation,
        status: String(this.status),
      },
    };
  }
}

export const notFound = (): ApiError => new ApiError(404, "Not Found");

export function invalid(...errors: readonly FieldError[]): ApiError {
  return new ApiError(422, "Validation Failed", { errors });
}
