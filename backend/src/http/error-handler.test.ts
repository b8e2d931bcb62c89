import { expect } from "chai";
import express from "express";
import { closeServer, listen, portOf } from "../../../local/aws/listen.ts";
import { createLogger } from "../logger.ts";
import { errorHandler } from "./error-handler.ts";

describe("the error handler", () => {
  for (const [code, what] of [
    ["55P03", "a lock that is not given"],
    ["57014", "a statement that took too long"],
    ["40001", "a transaction that lost against another"],
    ["40P01", "a deadlock"],
    ["25006", "a database that is only read, as while it fails over"],
    ["08006", "a connection that broke"],
    ["53300", "no connection left"],
  ]) {
    it(`answers 503 with Retry-After to ${what}`, async () => {
      const app = express();
      app.get("/", () => {
        throw Object.assign(new Error("query failed"), { parent: Object.assign(new Error("db"), { code }) });
      });
      app.use(errorHandler(createLogger("silent")));
      const server = await listen(0, "the app", app);
      try {
        const answer = await fetch(`http://127.0.0.1:${portOf(server)}/`);
        expect([answer.status, answer.headers.get("retry-after")]).to.eql([503, "1"]);
      } finally {
        await closeServer(server);
      }
    });
  }
});
