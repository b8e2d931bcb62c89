import type { Express, Request, RequestHandler, Response } from "express";
import type { Operation } from "../openapi/operation.ts";
import { HttpError } from "./http-error.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** One method of one path. `operation` says what it takes and answers. */
export interface Route {
  readonly method: Method;
  /** As Express writes it, e.g. `/api/v0/feed/:id`; with and without a trailing slash. */
  readonly path: string;
  readonly operation: Operation;
  readonly before?: readonly RequestHandler[];
  readonly handler: (request: Request, response: Response) => void | Promise<void>;
}

/**
 * Puts routes into the app, in their order. Every path also answers OPTIONS with the list of its methods, which the
 * preflight of browsers and the clients of the original expect with status 200, and any other method with 405.
 */
export function mount(app: Express, routes: readonly Route[]): void {
  const byPath = Map.groupBy(routes, (route) => route.path);
  for (const [path, group] of byPath) {
    const methods = methodsOf(group);
    const target = app.route(path);
    for (const { method, before = [], handler } of group) target[method](...before, handler);
    target.options((_request, response) => {
      response.set("Allow", methods).send(methods);
    });
    target.all(() => {
      throw new HttpError(405, { message: "This method is not allowed here." }, { Allow: methods });
    });
  }
}

function methodsOf(group: readonly Route[]): string {
  return group
    .flatMap(({ method }) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
    .sort()
    .join(",");
}
