import type { Route } from "../http/route.ts";
import { type Answer, failure, type Operation, object, type Schema, string, words } from "./operation.ts";

/** Answers that every route may give, whatever it is asked. */
const always: Readonly<Record<number, Answer>> = {
  400: failure("The request is malformed."),
  500: failure("A fault of the service. It is logged under the answer's X-Request-Id."),
  503: failure("The database cannot be reached at the moment, or too much waits already."),
};

const unauthenticated: Answer = {
  description: "The token is missing, malformed, forged or expired.",
  body: {
    oneOf: [
      object({ message: words("No authorization headers.", "Malformed token.") }),
      object({ auth: { const: false }, message: words("Failed to authenticate.") }),
    ],
  },
};

const ofBodies: Readonly<Record<number, Answer>> = {
  413: failure("The body is larger than 100 kB."),
  415: failure("The body is not JSON."),
};

/** The OpenAPI 3.1 description of the routes. */
export function describeApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { path, method, operation } of routes) {
    const name = path.replace(/:(\w+)/g, "{$1}");
    paths[name] = { ...paths[name], [method]: describeOperation(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Udagram API",
      version,
      description: "Photos with captions, newest first. Every path also works with a trailing slash.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description:
            "`Authorization: Bearer <token>`. The scheme `jwt`, which clients of the first version send, works as well.",
        },
      },
    },
  };
}

/** Every answer that an operation may give, the common ones included. */
export function answersOf(operation: Operation): Readonly<Record<number, Answer>> {
  const merged: Record<number, Answer> = { ...operation.answers };
  const common = {
    ...always,
    ...(operation.signedIn ? { 401: unauthenticated } : {}),
    ...(operation.body ? ofBodies : {}),
  };
  for (const [status, answer] of Object.entries(common)) {
    const own = merged[Number(status)];
    merged[Number(status)] = own ? either(own, answer) : answer;
  }
  return merged;
}

function either(own: Answer, common: Answer): Answer {
  if (own.body === undefined || own.body === "text" || common.body === undefined || common.body === "text")
    return own;
  return { ...own, body: { anyOf: [own.body, common.body] } };
}

function describeOperation(operation: Operation): Record<string, unknown> {
  const { id, summary, description, parameters = {}, body, signedIn } = operation;
  const responses = Object.entries(answersOf(operation)).map(([status, answer]) => [
    status,
    describeAnswer(answer),
  ]);
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(signedIn ? { security: [{ token: [] }] } : {}),
    parameters: Object.entries(parameters).map(([name, parameter]) => ({
      name,
      required: parameter.in === "path",
      ...parameter,
    })),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: Object.fromEntries(responses),
  };
}

function describeAnswer({ description, body, headers }: Answer): Record<string, unknown> {
  const content =
    body === undefined ? undefined : body === "text" ? { "text/plain": { schema: string } } : json(body);
  return { description, ...(headers ? { headers } : {}), ...(content ? { content } : {}) };
}

function json(schema: Schema): Record<string, unknown> {
  return { "application/json": { schema } };
}
