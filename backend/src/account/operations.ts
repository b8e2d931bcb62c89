import { authFailure, limited, type Operation, object } from "../openapi/operation.ts";
import { email, name, newPassword, password, storedName, token } from "../users/schemas.ts";

const account = object({
  email,
  name: storedName,
  createdAt: { type: ["string", "null"], format: "date-time" },
});
const wrongPassword = authFailure("The password is not the account's.", "Password was invalid.");
const tooMany = limited("Too many wrong passwords of this account or from this network address.");

export const readAccount: Operation = {
  id: "readAccount",
  summary: "The signed-in user's own account.",
  signedIn: true,
  answers: { 200: { description: "The account.", body: account } },
};

export const renameAccount: Operation = {
  id: "renameAccount",
  summary: "Changes what the signed-in user is called; posts say it from then on.",
  signedIn: true,
  body: object({ name }),
  answers: {
    200: { description: "The account.", body: account },
    400: authFailure("The name is malformed.", "Name is malformed."),
  },
};

export const changePassword: Operation = {
  id: "changePassword",
  summary: "Changes the signed-in user's password. All tokens that were issued before end.",
  signedIn: true,
  body: object({ password, newPassword }),
  answers: {
    200: { description: "Changed, and still signed in.", body: object({ token, user: object({ email }) }) },
    400: authFailure("A field is wrong.", "Password is required.", "New password is required."),
    403: wrongPassword,
    429: tooMany,
  },
};

export const closeAccount: Operation = {
  id: "closeAccount",
  summary: "Deletes the signed-in user's account, with all posts and photos. There is no way back.",
  signedIn: true,
  body: object({ password }),
  answers: {
    204: { description: "Deleted." },
    400: authFailure("A field is wrong.", "Password is required."),
    403: wrongPassword,
    429: tooMany,
  },
};
