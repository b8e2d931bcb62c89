import type { ErrorRequestHandler, RequestHandler } from "express";
import type { Logger } from "pino";
import { ConnectionAcquireTimeoutError, ConnectionError } from "sequelize";
import { HttpError } from "./http-error.ts";

/** Errors of body-parser and Express, by status: their own messages quote the request or the code. */
const messages: Readonly<Record<number, string>> = {
  400: "The request is malformed.",
  413: "The body is too large.",
  415: "The body must be JSON, encoded in UTF-8.",
};

export const notFound: RequestHandler = () => {
  throw new HttpError(404, { message: "There is nothing at this address." });
};

/** The one place where errors become answers. A request that fails says so in JSON; what was wrong inside is for the log. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, body, headers } = answerTo(error);
    if (status >= 500) (response.locals.logger ?? logger).error({ error }, "request failed");
    response.status(status).set(headers).json(body);
  };
}

function answerTo(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isOutage(error)) {
    return new HttpError(
      503,
      { message: "The database cannot be reached at the moment. Try again shortly." },
      { "Retry-After": "1" },
    );
  }
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new HttpError(status, { message: messages[status] ?? "The request cannot be answered." });
  }
  return new HttpError(500, { message: "Something went wrong on our side." });
}

/**
 * What passes by itself: SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown), a lock or an answer that took
 * too long (55P03, 57014), a transaction that lost against another (40001, 40P01), a server that is only read while another
 * takes over (25006), and a socket that ended in the middle of a query.
 */
function isOutage(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof ConnectionAcquireTimeoutError) return true;
  if (!(error instanceof Error)) return false;
  const cause = "parent" in error && error.parent instanceof Error ? error.parent : error;
  const code = "code" in cause ? String(cause.code) : "";
  return (
    /^(08|53|57P0[1-5]|55P03|57014|40001|40P01|25006)/.test(code) ||
    /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT)$/.test(code) ||
    /^(Connection terminated|Client has encountered a connection error|Query read timeout)/.test(
      cause.message,
    )
  );
}
