import {
  authFailure,
  failure,
  limited,
  type Operation,
  object,
  string,
  words,
} from "../openapi/operation.ts";
import { email, name, newPassword, password, token } from "./schemas.ts";

const credentials = object({ email, password });
const user = object({ email });

export const authRoot: Operation = {
  id: "authRoot",
  summary: "The name of this part of the API.",
  answers: { 200: { description: "The word `auth`.", body: "text" } },
};

export const register: Operation = {
  id: "register",
  summary: "Registers a user.",
  body: object({ email, password: newPassword, name }, ["name"]),
  answers: {
    201: { description: "Registered and signed in.", body: object({ token, user }) },
    400: authFailure(
      "A field is wrong.",
      "Email is missing or malformed.",
      "Password is required.",
      "Name is malformed.",
    ),
    422: authFailure("The address is taken.", "User already exists."),
    429: limited("Too many registrations from this network address."),
  },
};

export const logIn: Operation = {
  id: "logIn",
  summary: "Signs a user in.",
  body: credentials,
  answers: {
    200: { description: "Signed in.", body: object({ auth: { const: true }, token, user }) },
    400: authFailure("A field is wrong.", "Email is required or malformed.", "Password is required."),
    401: authFailure("These credentials are not right.", "User was not found..", "Password was invalid."),
    429: limited("Too many failed logins of this account or from this network address."),
  },
};

export const verification: Operation = {
  id: "verification",
  summary: "Says whether the token is valid.",
  signedIn: true,
  answers: {
    200: { description: "It is.", body: object({ auth: { const: true }, message: words("Authenticated.") }) },
  },
};

export const findUser: Operation = {
  id: "findUser",
  summary: "A user, by e-mail address.",
  signedIn: true,
  parameters: { id: { in: "path", description: "The e-mail address.", schema: string } },
  answers: {
    200: {
      description: "The user.",
      body: object({
        email,
        createdAt: { type: ["string", "null"], format: "date-time" },
        updatedAt: { type: ["string", "null"], format: "date-time" },
      }),
    },
    404: failure("There is no such user.", "User was not found."),
  },
};
