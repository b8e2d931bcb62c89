import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { Processes } from "../../local/processes.ts";
import { until } from "../../test/until.ts";
import { startApi, type TestApi } from "./testing/api.ts";
import { migrate, type TestDatabase } from "./testing/database.ts";

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("the service", () => {
  describe("when the database restarts under load", () => {
    let folder: string;
    let processes: Processes;
    let postgres: Postgres;
    let api: TestApi;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "udagram-service-"));
      processes = new Processes(join(folder, "processes.json"));
      postgres = await startPostgres({
        directory: join(folder, "postgres"),
        port: 0,
        processes,
        environment: { PATH: process.env.PATH ?? "" },
        listen: "127.0.0.1",
      });
      const database: TestDatabase = {
        url: new URL(postgres.url),
        ca: postgres.ca,
        query: async () => [],
        drop: async () => {},
      };
      await migrate(database);
      api = await startApi({ database });
    });
    after(async () => {
      await api.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const [how, restart] of [
      ["in order", () => postgres.restart()],
      [
        "killed",
        async () => {
          const { pid } = postgres;
          process.kill(pid, "SIGKILL");
          await until(() => !isRunning(pid));
          await postgres.restart();
        },
      ],
    ] as const) {
      it(`answers every request, ${how}, and recovers by itself`, async () => {
        let isLoaded = true;
        const seen = new Map<number, number>();
        const client = async (number: number) => {
          for (let turn = 0; isLoaded; turn += 1) {
            const { status } = await (turn % 3
              ? api.request("GET", "/api/v0/feed")
              : api.request("POST", "/api/v0/users/auth", {
                  body: { email: `${how.replace(" ", "-")}-${number}-${turn}@example.com`, password: "x" },
                  headers: { "x-forwarded-for": `10.${number}.${turn >> 8}.${turn & 255}` },
                }));
            seen.set(status, (seen.get(status) ?? 0) + 1);
          }
        };
        const clients = Array.from({ length: 12 }, (_item, number) => client(number));
        await until(() => (seen.get(200) ?? 0) >= clients.length);
        await restart();
        await until(async () => (await api.request("GET", "/api/v0/feed")).status === 200);
        isLoaded = false;
        await Promise.all(clients);
        expect([...seen.keys()].filter((status) => ![200, 201, 503].includes(status))).to.eql([]);
      });
    }
  });

  describe("when it stops", () => {
    it("answers who uses a connection that was kept, and closes it with that", async () => {
      const api = await startApi({ idleGraceMs: 60_000 });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = () =>
        new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
          const request = httpRequest(`${api.url}/health`, { agent }, (response) => {
            response.resume();
            response.once("end", () =>
              resolve({ status: response.statusCode, connection: response.headers.connection }),
            );
          });
          request.once("error", reject).end();
        });
      expect(await ask()).to.eql({ status: 200, connection: "keep-alive" });
      const stopped = api.stop();
      await until(() =>
        fetch(`${api.url}/health`).then(
          () => false,
          () => true,
        ),
      );
      expect(await ask()).to.eql({ status: 200, connection: "close" });
      await stopped;
      agent.destroy();
    });

    it("gives a body that drips in no more than its time", async () => {
      const api = await startApi({ requestTimeoutMs: 300 });
      const request = httpRequest(`${api.url}/api/v0/users/auth`, {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": 1000 },
      });
      const drip = setInterval(() => request.write(" "), 50);
      const [response] = await once(request, "response");
      clearInterval(drip);
      response.resume();
      expect(response.statusCode).to.equal(408);
      request.destroy();
      await api.stop();
    });

    it("answers what it has begun, accepts nothing new, and lets go of the database", async () => {
      const api = await startApi();
      // A body that arrives in two halves: the request is running while the service stops.
      const body = JSON.stringify({ email: "half@example.com", password: "x" });
      const request = httpRequest(`${api.url}/api/v0/users/auth`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          // So that the service says when it has the head.
          expect: "100-continue",
        },
      });
      const answer = new Promise<number | undefined>((resolve, reject) => {
        request.on("response", (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on("error", reject);
      });
      request.flushHeaders();
      await once(request, "continue");
      request.write(body.slice(0, 10));
      const stopped = api.stop();
      await until(() =>
        fetch(`${api.url}/health`).then(
          () => false,
          () => true,
        ),
      );
      request.end(body.slice(10));
      expect(await answer).to.equal(201);
      await stopped;
    });
  });
});
