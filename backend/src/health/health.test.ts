import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";
import { createTestDatabase } from "../testing/database.ts";

describe("health", () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  it("says that it is up, and which version it is", async () => {
    expect((await api.request("GET", "/health")).body).to.eql({ status: "up" });
    const { body, headers } = await api.request("GET", "/version");
    expect(body).to.eql({ version: "0123456789ab" });
    expect(headers.get("cache-control")).to.equal("no-store");
  });

  it("is ready when everything is there", async () => {
    const { status, body } = await api.request("GET", "/ready");
    expect(status).to.equal(200);
    expect(body).to.eql({ ready: true, checks: { database: "ok", migrations: "ok", storage: "ok" } });
  });

  it("names migrations that are missing, whether or not the record has their extension", async () => {
    const rename = (change: string) => api.database.query(`UPDATE "SequelizeMeta" SET name = ${change}`);
    await rename(`name || '.js'`);
    expect((await api.request("GET", "/ready")).status).to.equal(200);
    await rename(`replace(name, 'add-post-owner', 'x')`);
    const { status, body } = await api.request("GET", "/ready");
    expect(status).to.equal(503);
    expect(body.checks).to.eql({
      database: "ok",
      migrations: "missing: 20261123T190100Z-add-post-owner",
      storage: "ok",
    });
  });

  it("sees tables that are not what the records say", async () => {
    const changed = await startApi();
    const { database } = changed;
    try {
      await database.query('ALTER TABLE "FeedItems" RENAME caption TO words');
      const { status, body } = await changed.request("GET", "/ready");
      expect([status, body.checks.migrations]).to.eql([
        503,
        'on record, but column "caption" does not exist',
      ]);
      await database.query('DROP TABLE "Uploads" CASCADE');
      const { body: without } = await changed.request("GET", "/ready");
      expect(without.checks.migrations).to.match(/^on record, but (relation|column) /);
    } finally {
      await changed.stop();
    }
  });

  it("says so where no migration was ever applied, and is up all the same", async () => {
    const database = await createTestDatabase();
    const empty = await startApi({ database });
    try {
      expect((await empty.request("GET", "/health")).status).to.equal(200);
      const { status, body } = await empty.request("GET", "/ready");
      expect([status, body.checks.migrations]).to.eql([503, "none was ever applied"]);
    } finally {
      await empty.stop();
      await database.drop();
    }
  });

  const unreachable = {
    "refuses connections": { POSTGRES_PORT: "1" },
    "refuses the user name or the password": { POSTGRES_PASSWORD: "wrong" },
    "has no database of that name": { POSTGRES_DB: "nowhere" },
    "its certificate is not trusted; check POSTGRES_CA": { POSTGRES_CA: "" },
  };
  for (const [cause, settings] of Object.entries(unreachable)) {
    it(`is up, but not ready, when the database ${cause}`, async () => {
      const cut = await startApi({ database: api.database, settings });
      try {
        expect((await cut.request("GET", "/health")).status).to.equal(200);
        const { status, body } = await cut.request("GET", "/ready");
        expect([status, body.ready, body.checks.database]).to.eql([503, false, cause]);
        const feed = await cut.request("GET", "/api/v0/feed");
        expect([feed.status, feed.headers.get("retry-after")]).to.eql([503, "1"]);
        expect(feed.body.message).to.match(/^The database cannot be reached/);
      } finally {
        await cut.stop();
      }
    });
  }
});
