import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";
import { type PhotoStage, startPhotoStage } from "../testing/photo-stage.ts";
import { feed, type Photos } from "../testing/photos.ts";

describe("feed", () => {
  let stage: PhotoStage;
  let api: TestApi;
  let photos: Photos;
  let ann: string;
  let bob: string;

  before(async () => {
    stage = await startPhotoStage();
    ({ api, photos, ann, bob } = stage);
    for (const [token, name] of [
      [ann, "first.png"],
      [bob, "second.png"],
    ] as const) {
      await photos.post(token, name);
    }
  });
  after(() => stage.stop());

  describe("reading", () => {
    it("shows posts newest first, each as the contract has it, to anyone", async () => {
      const { status, body } = await api.request("GET", feed);
      expect(status).to.equal(200);
      expect(body).to.have.all.keys("count", "rows");
      expect(body.rows[0]).to.have.all.keys("id", "caption", "url", "createdAt", "updatedAt");
      const ids = body.rows.map(({ id }: { id: number }) => id);
      expect(ids).to.eql(ids.toSorted((a: number, b: number) => b - a));
      expect((await api.request("GET", `${feed}/`)).body).to.eql(body);
    });

    it("answers one post, 404 to an unknown id, 400 to a malformed one", async () => {
      const { body } = await api.request("GET", feed);
      const [first] = body.rows;
      expect((await api.request("GET", `${feed}/${first.id}`)).body).to.eql(first);
      for (const id of ["999999", "0", "2147483648", "999999999999999"]) {
        const answer = await api.request("GET", `${feed}/${id}`);
        expect([answer.status, answer.body]).to.eql([404, { message: "Feed item was not found." }]);
      }
      for (const id of ["abc", "1.5", "-1", "1e3", "%00", "1;drop", "signed-url"]) {
        expect((await api.request("GET", `${feed}/${id}`)).status, id).to.equal(400);
      }
    });

    it("serves uploads as images only, whatever they say they are", async () => {
      const signed = await api.request("GET", `${feed}/signed-url/page.html`, { token: bob });
      await photos.put(signed.body.url, Buffer.from("<script>alert(1)</script>"), {
        "content-type": "text/html",
      });
      const { body } = await api.request("POST", feed, {
        token: bob,
        body: { caption: "c", url: "page.html" },
      });
      const photo = await photos.show(body);
      expect(photo.headers.get("content-type")).to.equal("image/jpeg");
    });

    it("redirects to a photo anew whenever it is asked, and may not be kept longer than that works", async () => {
      const { body } = await photos.post(ann, "again.png");
      const { status, headers } = await api.request("GET", `${feed}/${body.id}/photo`);
      expect(status).to.equal(302);
      expect(headers.get("location")).to.contain("X-Amz-Expires=300");
      expect(headers.get("cache-control")).to.equal("private, max-age=100");
      expect((await api.request("GET", `${feed}/999999/photo`)).status).to.equal(404);
      expect((await api.request("GET", `${feed}/x/photo`)).status).to.equal(400);
    });

    it("gives addresses under the name and scheme by which it was reached", async () => {
      const headers = { "x-forwarded-proto": "https" };
      const { body } = await api.request("GET", `${feed}?limit=1`, { headers });
      expect(body.rows[0].url).to.match(/^https:\/\/127\.0\.0\.1:\d+\/api\/v0\/feed\/\d+\/photo$/);
    });
  });

  describe("addresses of photos", () => {
    it("are under the configured address where there is one", async () => {
      const [row] = await api.database.query('SELECT max("id") AS id FROM "FeedItems"');
      const fixed = await startApi({ database: api.database, settings: { API_URL: "https://api.example/" } });
      try {
        const { body } = await fixed.request("GET", `${feed}/${row?.id}`);
        expect(body.url).to.equal(`https://api.example/api/v0/feed/${row?.id}/photo`);
      } finally {
        await fixed.stop();
      }
    });
  });
});
