import express, { type RequestHandler } from "express";
import { HttpError } from "./http-error.ts";

const parse = express.json({ limit: "100kb" });

/** For routes that read a body: 415 for a body that is not JSON. No body at all counts as an empty object. */
export const jsonBody: RequestHandler[] = [
  (request, _response, next) => {
    // `is` answers null where there is no body, but takes one of length 0 for a body.
    if (request.headers["content-length"] !== "0" && request.is("json") === false) {
      throw new HttpError(415, { message: "The body must be JSON (Content-Type: application/json)." });
    }
    next();
  },
  parse,
];

/** The members of a request's JSON body; of anything but an object there are none. */
export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? (body as Record<string, unknown>)
    : {};
}

/** A string that PostgreSQL can store in `length` characters: it knows no NUL, and counts code points. */
export function isText(value: unknown, length: number): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    !value.includes("\0") &&
    value.isWellFormed() &&
    (value.length <= length || [...value].length <= length)
  );
}
