import type { Route } from "../http/route.ts";
import * as operations from "./operations.ts";
import type { Readiness } from "./readiness.ts";

export function healthRoutes(parts: { readonly version: string; readonly readiness: Readiness }): Route[] {
  return [
    {
      method: "get",
      path: "/health",
      operation: operations.health,
      handler: (_request, response) => {
        response.set("Cache-Control", "no-store").json({ status: "up" });
      },
    },
    {
      method: "get",
      path: "/ready",
      operation: operations.ready,
      handler: async (_request, response) => {
        const checks = await parts.readiness.check();
        const ready = Object.values(checks).every((check) => check === "ok");
        response
          .status(ready ? 200 : 503)
          .set("Cache-Control", "no-store")
          .json({ ready, checks });
      },
    },
    {
      method: "get",
      path: "/version",
      operation: operations.version,
      handler: (_request, response) => {
        response.set("Cache-Control", "no-store").json({ version: parts.version });
      },
    },
  ];
}
