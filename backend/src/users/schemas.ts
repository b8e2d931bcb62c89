// What requests and answers about people hold.
import type { Schema } from "../openapi/operation.ts";

export const email: Schema = { type: "string", format: "email", maxLength: 254 };
export const password: Schema = { type: "string", minLength: 1, maxLength: 1024 };
/** One or more spaces alone are refused. */
export const newPassword: Schema = { ...password, pattern: "\\S" };
export const token: Schema = {
  type: "string",
  description: "A JWT; send it as `Authorization: Bearer <token>`.",
};
export const longestName = 50;
export const storedName: Schema = {
  type: ["string", "null"],
  maxLength: longestName,
  description: "What the user wants to be called; null for one who did not say.",
};
/** Empty is the same as null. */
export const name: Schema = {
  ...storedName,
  pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$",
};
