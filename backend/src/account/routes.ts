import type { Request, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import { isText, jsonBody, membersOf } from "../http/json-body.ts";
import type { Route } from "../http/route.ts";
import { requireUser, userOf } from "../users/authentication.ts";
import type { Claimant } from "../users/password-check.ts";
import { answeringLimits, askerOf, nameIn, passwordIn, refuse, refuseBlank } from "../users/requests.ts";
import type { Sessions } from "../users/sessions.ts";
import type { Account, OwnAccount } from "./account.ts";
import * as operations from "./operations.ts";

export function accountRoutes({
  account,
  sessions,
}: {
  readonly account: Account;
  readonly sessions: Sessions;
}): Route[] {
  const signedIn = requireUser(sessions);
  const path = "/api/v0/users/me";

  const send = (response: Response, found: OwnAccount | undefined): void => {
    if (found === undefined) throw new HttpError(401, { auth: false, message: "Failed to authenticate." });
    response.json(found);
  };
  const claimantOf = (request: Request, response: Response): Claimant => ({
    email: userOf(response),
    password: passwordIn(request),
    ...askerOf(request, response),
  });
  const newPasswordIn = (request: Request): string => {
    const { newPassword } = membersOf(request.body);
    if (!isText(newPassword, 1024)) throw refuse(400, "New password is required.");
    refuseBlank(newPassword, "New password is required.");
    return newPassword;
  };

  return [
    {
      method: "get",
      path,
      operation: operations.readAccount,
      before: [signedIn],
      handler: async (_request, response) => send(response, await account.find(userOf(response))),
    },
    {
      method: "patch",
      path,
      operation: operations.renameAccount,
      before: [signedIn, ...jsonBody],
      handler: async (request, response) =>
        send(response, await account.rename(userOf(response), nameIn(request))),
    },
    {
      method: "put",
      path: `${path}/password`,
      operation: operations.changePassword,
      before: [signedIn, ...jsonBody],
      handler: async (request, response) => {
        const claimant = claimantOf(request, response);
        const outcome = await answeringLimits(account.changePassword(claimant, newPasswordIn(request)));
        if (outcome.kind === "wrong-password") throw refuse(403, "Password was invalid.");
        response.json({ token: outcome.token, user: { email: claimant.email } });
      },
    },
    {
      method: "post",
      path: `${path}/deletion`,
      operation: operations.closeAccount,
      before: [signedIn, ...jsonBody],
      handler: async (request, response) => {
        const outcome = await answeringLimits(account.close(claimantOf(request, response)));
        if (outcome === "wrong-password") throw refuse(403, "Password was invalid.");
        response.status(204).end();
      },
    },
  ];
}
