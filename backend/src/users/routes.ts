import type { Request, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import { isText, jsonBody, membersOf } from "../http/json-body.ts";
import type { Route } from "../http/route.ts";
import { LimitReached, subscriberOf } from "../limits/limits.ts";
import { requireUser } from "./authentication.ts";
import { isEmail } from "./email.ts";
import { ClientLeft, QueueFull } from "./fair-queue.ts";
import * as operations from "./operations.ts";
import type { Tokens } from "./tokens.ts";
import type { Stranger, Users } from "./users.ts";

/** Registration says "missing", login "required": the clients of the original know both by heart. */
const wording = { register: "Email is missing or malformed.", logIn: "Email is required or malformed." };

/** One or more spaces alone protect nobody; whoever registered with some before can still log in. */
function refuseBlank(password: string): void {
  if (password.trim() === "") throw refuse(400, "Password is required.");
}

const refuse = (status: number, message: string) => new HttpError(status, { auth: false, message });

function strangerOf(request: Request, response: Response, emailMessage: string): Stranger {
  const { email, password } = membersOf(request.body);
  if (!isEmail(email)) throw refuse(400, emailMessage);
  if (!isText(password, 1024)) throw refuse(400, "Password is required.");
  return { email, password, address: subscriberOf(request.ip), signal: whenLeft(response) };
}

/** Aborted when the client closes its connection before it has its answer. */
function whenLeft(response: Response): AbortSignal {
  const left = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) left.abort();
  });
  return left.signal;
}

async function answeringLimits<T>(work: Promise<T>): Promise<T> {
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

export function userRoutes({ users, tokens }: { readonly users: Users; readonly tokens: Tokens }): Route[] {
  const signedIn = requireUser(tokens);
  return [
    {
      method: "get",
      path: "/api/v0/users/auth",
      operation: operations.authRoot,
      handler: (_request, response) => {
        response.type("text").send("auth");
      },
    },
    {
      method: "post",
      path: "/api/v0/users/auth",
      operation: operations.register,
      before: jsonBody,
      handler: async (request, response) => {
        const stranger = strangerOf(request, response, wording.register);
        refuseBlank(stranger.password);
        const outcome = await answeringLimits(users.register(stranger));
        if (outcome.kind === "exists") throw refuse(422, "User already exists.");
        response.status(201).json({ token: outcome.token, user: { email: outcome.email } });
      },
    },
    {
      method: "post",
      path: "/api/v0/users/auth/login",
      operation: operations.logIn,
      before: jsonBody,
      handler: async (request, response) => {
        const stranger = strangerOf(request, response, wording.logIn);
        const outcome = await answeringLimits(users.logIn(stranger));
        if (outcome.kind === "unknown") throw refuse(401, "User was not found..");
        if (outcome.kind === "wrong-password") throw refuse(401, "Password was invalid.");
        response.json({ auth: true, token: outcome.token, user: { email: outcome.email } });
      },
    },
    {
      method: "get",
      path: "/api/v0/users/auth/verification",
      operation: operations.verification,
      before: [signedIn],
      handler: (_request, response) => {
        response.json({ auth: true, message: "Authenticated." });
      },
    },
    {
      method: "get",
      path: "/api/v0/users/:id",
      operation: operations.findUser,
      before: [signedIn],
      handler: async (request, response) => {
        const { id } = request.params;
        const user = isEmail(id) ? await users.find(id) : undefined;
        if (user === undefined) throw new HttpError(404, { message: "User was not found." });
        response.json(user);
      },
    },
  ];
}
