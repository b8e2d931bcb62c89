import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";

/**
 * Gives every request an id, the caller's own where it sent a sane one, and writes one line when the answer is sent. The
 * line has the address without its query, and no header or body: those hold secrets.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get("x-request-id");
    const id = given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    const started = performance.now();
    response.setHeader("X-Request-Id", id);
    const child = logger.child({ request: id });
    response.locals.logger = child;
    const { method, path } = request;
    response.once("close", () => {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      const outcome = response.writableFinished
        ? { status: response.statusCode }
        : { status: 0, aborted: true };
      child.info({ method, path, ...outcome, ms }, "request");
    });
    next();
  };
}
