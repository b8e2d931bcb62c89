import type { Request, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import { jsonBody, membersOf } from "../http/json-body.ts";
import type { Route } from "../http/route.ts";
import { requireUser } from "./authentication.ts";
import { isEmail } from "./email.ts";
import * as operations from "./operations.ts";
import type { Claimant } from "./password-check.ts";
import { answeringLimits, askerOf, nameIn, passwordIn, refuse, refuseBlank } from "./requests.ts";
import type { Sessions } from "./sessions.ts";
import type { Users } from "./users.ts";

/** Registration says "missing", login "required": the clients of the original know both by heart. */
const wording = { register: "Email is missing or malformed.", logIn: "Email is required or malformed." };

function claimantOf(request: Request, response: Response, emailMessage: string): Claimant {
  const { email } = membersOf(request.body);
  if (!isEmail(email)) throw refuse(400, emailMessage);
  return { email, password: passwordIn(request), ...askerOf(request, response) };
}

export function userRoutes({
  users,
  sessions,
}: {
  readonly users: Users;
  readonly sessions: Sessions;
}): Route[] {
  const signedIn = requireUser(sessions);
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
        const claimant = claimantOf(request, response, wording.register);
        refuseBlank(claimant.password);
        const outcome = await answeringLimits(users.register({ ...claimant, name: nameIn(request) }));
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
        const claimant = claimantOf(request, response, wording.logIn);
        const outcome = await answeringLimits(users.logIn(claimant));
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
