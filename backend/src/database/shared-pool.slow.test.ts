import { expect } from "chai";
import pg from "pg";
import { startApi, type TestApi } from "../testing/api.ts";

describe("a table that is locked", () => {
  let api: TestApi;
  let locker: pg.Client;

  before(async () => {
    api = await startApi({ settings: { POSTGRES_STATEMENT_TIMEOUT_MS: "2000", POSTGRES_POOL_SIZE: "6" } });
    await api.register("ann@example.com");
    const { url, ca } = api.database;
    locker = new pg.Client({ connectionString: url.href, ssl: { ca, host: url.hostname } });
    await locker.connect();
  });
  after(async () => {
    await locker.end();
    await api.stop();
  });
  beforeEach(() => locker.query(`BEGIN; LOCK TABLE "FeedItems" IN ACCESS EXCLUSIVE MODE`));
  afterEach(() => locker.query("ROLLBACK"));

  const read = (cursor: number) => api.request("GET", `/api/v0/feed?cursor=${cursor}`);
  const logIn = () =>
    api.request("POST", "/api/v0/users/auth/login", {
      body: { email: "ann@example.com", password: "a password" },
    });

  it("is an outage that passes: 503, and when to come back", async () => {
    const { status, headers, body } = await read(1);
    expect([status, headers.get("retry-after")]).to.eql([503, "1"]);
    expect(body.message).to.match(/database/);
  });

  it("keeps nobody from what needs other tables", async () => {
    const order: string[] = [];
    const reads = Array.from({ length: 30 }, (_, n) => read(n + 1).finally(() => order.push("feed")));
    const login = await logIn().finally(() => order.push("login"));
    expect(login.status).to.equal(200);
    expect(order).to.eql(["login"]);
    for (const { status } of await Promise.all(reads)) expect(status).to.equal(503);
  });
});
