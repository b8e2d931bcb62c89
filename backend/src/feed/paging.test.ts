import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";
import { feed } from "../testing/photos.ts";

describe("paging", () => {
  let pages: TestApi;
  let token: string;
  before(async () => {
    pages = await startApi();
    token = await pages.register("pages@example.com");
    await pages.database.query(`INSERT INTO "FeedItems" ("caption", "url", "owner")
      SELECT n::text, 'k' || n, CASE WHEN n % 2 = 0 THEN 'pages@example.com' END FROM generate_series(1, 250) AS n`);
  });
  after(() => pages.stop());

  it("bounds what it reads, says how many there are, and where to go on", async () => {
    const { body, headers } = await pages.request("GET", feed);
    expect([body.count, body.rows.length, body.rows[0].id, "next" in body]).to.eql([250, 100, 250, false]);
    expect(headers.get("link")).to.equal('</api/v0/feed?limit=100&cursor=151>; rel="next"');
  });

  for (const limit of [7, 50, 100]) {
    it(`shows every post once in pages of ${limit}, though others are posted meanwhile`, async () => {
      const seen: number[] = [];
      for (let cursor = ""; ; ) {
        const { body } = await pages.request("GET", `${feed}?limit=${limit}${cursor}`);
        seen.push(...body.rows.map(({ id }: { id: number }) => id));
        if (seen.length < 10) {
          await pages.database.query(`INSERT INTO "FeedItems" ("caption", "url") VALUES ('new', 'new')`);
        }
        if (body.next === null) break;
        cursor = `&cursor=${body.next}`;
      }
      expect(seen).to.eql(Array.from({ length: seen.length }, (_item, index) => seen.length - index));
    });
  }

  it("counts all also on an empty page", async () => {
    const { body } = await pages.request("GET", `${feed}?cursor=1`);
    expect(body.rows).to.eql([]);
    expect(body.count).to.be.greaterThan(249);
    expect(body.next).to.equal(null);
  });

  it("refuses a malformed limit or cursor", async () => {
    for (const query of [
      "limit=0",
      "limit=101",
      "limit=x",
      "limit=",
      "limit=1&limit=2",
      "cursor=x",
      "cursor=0",
    ]) {
      expect((await pages.request("GET", `${feed}?${query}`)).status, query).to.equal(400);
    }
  });

  it("pages through a user's own posts", async () => {
    const mine = `${feed}/mine`;
    expect((await pages.request("GET", mine)).status).to.equal(401);
    const { body } = await pages.request("GET", `${mine}?limit=100`, { token });
    expect([body.count, body.rows.length, body.rows[0].id]).to.eql([125, 100, 250]);
    const rest = await pages.request("GET", `${mine}?limit=100&cursor=${body.next}`, { token });
    expect([rest.body.count, rest.body.rows.length, rest.body.next]).to.eql([125, 25, null]);
    const stranger = await pages.register("stranger@example.com");
    expect((await pages.request("GET", mine, { token: stranger })).body).to.eql({ count: 0, rows: [] });
  });
});
