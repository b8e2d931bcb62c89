import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { Processes } from "../../local/processes.ts";
import { startApi, type TestApi } from "./testing/api.ts";
import { migrate, type TestDatabase } from "./testing/database.ts";

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
          process.kill(postgres.pid, "SIGKILL");
          await sleep(100);
          await postgres.restart();
        },
      ],
    ] as const) {
      it(`answers every request, ${how}, and recovers by itself`, async () => {
        let isLoaded = true;
        const seen = new Map<number, number>();
        let slowest = 0;
        const client = async (number: number) => {
          for (let turn = 0; isLoaded; turn += 1) {
            const started = performance.now();
            const { status } = await (turn % 3
              ? api.request("GET", "/api/v0/feed")
              : api.request("POST", "/api/v0/users/auth", {
                  body: { email: `${how.replace(" ", "-")}-${number}-${turn}@example.com`, password: "x" },
                  headers: { "x-forwarded-for": `10.${number}.${turn >> 8}.${turn & 255}` },
                }));
            slowest = Math.max(slowest, performance.now() - started);
            seen.set(status, (seen.get(status) ?? 0) + 1);
          }
        };
        const clients = Array.from({ length: 12 }, (_item, number) => client(number));
        await sleep(150);
        await restart();
        await sleep(300);
        const recovered = await api.request("GET", "/api/v0/feed");
        isLoaded = false;
        await Promise.all(clients);
        expect(recovered.status).to.equal(200);
        expect([...seen.keys()].filter((status) => ![200, 201, 503].includes(status))).to.eql([]);
        expect(slowest, "no request hangs").to.be.lessThan(6_000);
      });
    }
  });

  describe("when it stops", () => {
    it("answers what it has begun, accepts nothing new, and lets go of the database", async () => {
      const api = await startApi();
      // A body that arrives in two halves: the request is running while the service stops.
      const body = JSON.stringify({ email: "half@example.com", password: "x" });
      const request = httpRequest(`${api.url}/api/v0/users/auth`, {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      });
      const answer = new Promise<number | undefined>((resolve, reject) => {
        request.on("response", (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on("error", reject);
      });
      request.write(body.slice(0, 10));
      await sleep(50);
      const stopped = api.stop();
      await sleep(50);
      const refused = await fetch(`${api.url}/health`).then(
        () => false,
        () => true,
      );
      request.end(body.slice(10));
      expect(await answer).to.equal(201);
      expect(refused).to.equal(true);
      await stopped;
    });
  });
});
