/** A JSON Schema, in the dialect of OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly in: "path" | "query";
  readonly description: string;
  readonly schema: Schema;
}

export interface Answer {
  readonly description: string;
  /** Of the JSON body; a string for plain text; undefined for no body at all. */
  readonly body?: Schema | "text";
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
}

/** What a route takes and answers: what clients read, and what the tests hold every answer against. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly body?: Schema;
  /** The route needs a token: adds 401. */
  readonly signedIn?: true;
  readonly answers: Readonly<Record<number, Answer>>;
}

/** An object with exactly these members, all of them present. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}

export const string: Schema = { type: "string" };

/** One of these words, to the letter. */
export function words(...values: readonly string[]): Schema {
  return values.length === 1 ? { const: values[0] } : { enum: values };
}

/** The body of most failures. Without words, any message. */
export function failure(description: string, ...messages: readonly string[]): Answer {
  return { description, body: object({ message: messages.length > 0 ? words(...messages) : string }) };
}

/** Failures of everything about accounts also say `auth: false`. */
export function authFailure(description: string, ...messages: readonly string[]): Answer {
  return {
    description,
    body: object({ auth: { const: false }, message: messages.length > 0 ? words(...messages) : string }),
  };
}

/** What a limit answers, with when to come back. */
export function limited(description: string): Answer {
  return {
    ...authFailure(description),
    headers: {
      "Retry-After": { description: "Seconds until it is worth trying again.", schema: { type: "integer" } },
    },
  };
}
