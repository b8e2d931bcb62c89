import type { RequestHandler, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import type { Sessions } from "./sessions.ts";

/**
 * Lets a request through when it carries a valid token: `Authorization: <scheme> <token>`, whatever the scheme; clients of the
 * original send `jwt`, others `Bearer`. Express then has the user's e-mail for `userOf`.
 */
export function requireUser(sessions: Sessions): RequestHandler {
  return async (request, response, next) => {
    const header = request.headers.authorization;
    if (header === undefined || header === "") {
      throw new HttpError(401, { message: "No authorization headers." }, challenge);
    }
    const parts = header.split(" ");
    const token = parts[1];
    if (parts.length !== 2 || token === undefined) {
      throw new HttpError(401, { message: "Malformed token." }, challenge);
    }
    const email = await sessions.emailOf(token);
    if (email === undefined) {
      throw new HttpError(401, { auth: false, message: "Failed to authenticate." }, challenge);
    }
    response.locals.email = email;
    next();
  };
}

const challenge = { "WWW-Authenticate": "Bearer" };

/** The e-mail of the user whom `requireUser` let through. */
export function userOf(response: Response): string {
  const { email } = response.locals;
  if (typeof email !== "string") throw new Error("the route does not require a user");
  return email;
}
