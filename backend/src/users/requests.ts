import type { Request, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import { isText, membersOf } from "../http/json-body.ts";
import { LimitReached, subscriberOf } from "../limits/limits.ts";
import { ClientLeft, QueueFull } from "./fair-queue.ts";
import type { Asker } from "./password.ts";
import { longestName, name as nameSchema } from "./schemas.ts";

/** Answers about accounts say `auth: false`, as those of the original do. */
export const refuse = (status: number, message: string) => new HttpError(status, { auth: false, message });

const namePattern = new RegExp(String(nameSchema.pattern), "u");

/** The `name` of a body, without spaces around it; null where there is none. */
export function nameIn(request: Request): string | null {
  const { name } = membersOf(request.body);
  if (name === undefined || name === null) return null;
  if (typeof name !== "string") throw refuse(400, "Name is malformed.");
  const trimmed = name.trim();
  if (trimmed === "") return null;
  // Characters that turn the direction of a line, or end it, would reach beyond the name.
  if (!isText(trimmed, longestName) || !namePattern.test(name)) throw refuse(400, "Name is malformed.");
  return trimmed;
}

export function passwordIn(request: Request): string {
  const { password } = membersOf(request.body);
  if (!isText(password, 1024)) throw refuse(400, "Password is required.");
  return password;
}

/** One or more spaces alone protect nobody; whoever registered with some before can still log in. */
export function refuseBlank(password: string, message = "Password is required."): void {
  if (password.trim() === "") throw refuse(400, message);
}

/** Who waits for the answer: from which network address, and until the connection closes. */
export function askerOf(request: Request, response: Response): Asker & { readonly signal: AbortSignal } {
  const left = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) left.abort();
  });
  return { address: subscriberOf(request.ip), signal: left.signal };
}

export async function answeringLimits<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // Nobody reads this answer; the log has it.
    if (error instanceof ClientLeft) throw new HttpError(499, { message: "The client has left." });
    if (error instanceof QueueFull) {
      const message = "Too many are signing in at the moment. Try again shortly.";
      throw new HttpError(503, { message }, { "Retry-After": "5" });
    }
    if (!(error instanceof LimitReached)) throw error;
    const seconds = error.retryAfterSeconds;
    const time = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
    throw new HttpError(
      429,
      { auth: false, message: `Too many attempts. Try again in ${time}.` },
      { "Retry-After": String(seconds) },
    );
  }
}
