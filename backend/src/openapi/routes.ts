import type { Route } from "../http/route.ts";
import { describeApi } from "./description.ts";
import type { Operation } from "./operation.ts";

const description: Operation = {
  id: "description",
  summary: "This description.",
  answers: { 200: { description: "OpenAPI 3.1.", body: { type: "object" } } },
};

/** Adds the route that describes all routes, itself included. */
export function withDescription(routes: readonly Route[], version: string): Route[] {
  let document = "";
  const own: Route = {
    method: "get",
    path: "/api/v0/openapi.json",
    operation: description,
    handler: (_request, response) => {
      response.type("json").send(document);
    },
  };
  const all = [...routes, own];
  document = JSON.stringify(describeApi(all, version));
  return all;
}
