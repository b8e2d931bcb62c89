import { type Operation, object, string } from "../openapi/operation.ts";

const checks = object({ database: string, migrations: string, storage: string });

export const health: Operation = {
  id: "health",
  summary: "Says that the process is up.",
  answers: { 200: { description: "It is.", body: object({ status: { const: "up" } }) } },
};

export const ready: Operation = {
  id: "ready",
  summary: "Says whether everything that requests need is there, and what is not.",
  answers: {
    200: { description: "All checks are `ok`.", body: object({ ready: { const: true }, checks }) },
    503: { description: "A check names what is missing.", body: object({ ready: { const: false }, checks }) },
  },
};

export const version: Operation = {
  id: "version",
  summary: "The API version: the same for the same code.",
  answers: { 200: { description: "The version.", body: object({ version: string }) } },
};
