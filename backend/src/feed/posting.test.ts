import { expect } from "chai";
import type { AwsServer } from "../../../local/aws/server.ts";
import type { TestApi } from "../testing/api.ts";
import { type PhotoStage, startPhotoStage } from "../testing/photo-stage.ts";
import { feed, image, keyIn, type Photos } from "../testing/photos.ts";

describe("posting photos", () => {
  let stage: PhotoStage;
  let aws: AwsServer;
  let api: TestApi;
  let photos: Photos;
  let ann: string;
  let bob: string;

  before(async () => {
    stage = await startPhotoStage();
    ({ aws, api, photos, ann, bob } = stage);
  });
  after(() => stage.stop());

  describe("posting", () => {
    it("answers 201 with the post and nothing else, and shows its photo", async () => {
      const { status, body } = await photos.post(ann, "image.png");
      expect(status).to.equal(201);
      expect(body).to.have.all.keys("id", "caption", "url", "createdAt", "updatedAt");
      const photo = await photos.show(body);
      expect(photo.headers.get("content-type")).to.equal("image/png");
      expect(Buffer.from(await photo.arrayBuffer())).to.eql(image);
    });

    it("needs a token, then a caption, then a file name", async () => {
      expect((await api.request("POST", feed, { body: {} })).body).to.eql({
        message: "No authorization headers.",
      });
      for (const caption of [undefined, null, "", 5, {}, "x".repeat(256), "nul\0"]) {
        const { status, body } = await api.request("POST", feed, {
          token: ann,
          body: { caption, url: "a.png" },
        });
        expect([status, body]).to.eql([400, { message: "Caption is required or malformed." }]);
      }
      for (const url of [undefined, null, "", 5, [], "x".repeat(256)]) {
        const { status, body } = await api.request("POST", feed, { token: ann, body: { caption: "c", url } });
        expect([status, body]).to.eql([400, { message: "File url is required." }]);
      }
    });

    it("accepts a caption of 255 characters, whatever they are", async () => {
      const caption = "🌅".repeat(255);
      const { status, body } = await api.request("POST", feed, {
        token: ann,
        body: { caption, url: "a.png" },
      });
      expect([status, body.caption]).to.eql([201, caption]);
    });

    it("keeps two users' files of one name apart, and one user's two", async () => {
      const [first, second, third] = [
        await photos.post(ann, "image.jpg", Buffer.from("ann's first")),
        await photos.post(bob, "image.jpg", Buffer.from("bob's")),
        await photos.post(ann, "image.jpg", Buffer.from("ann's second")),
      ];
      const shown = [];
      for (const { body } of [first, second, third]) shown.push(await (await photos.show(body)).text());
      expect(shown).to.eql(["ann's first", "bob's", "ann's second"]);
    });

    for (const name of ["a b.png", "photo#1?.png", "ä/ö.png", "../../x.png", "%2e%2e.png", "🌅.png"]) {
      it(`accepts a file called ${name}`, async () => {
        const { body } = await photos.post(bob, name, Buffer.from(name));
        expect(await (await photos.show(body)).text()).to.equal(name);
      });
    }

    it("never shows another user's upload, whatever is sent as its name", async () => {
      const signed = await api.request("GET", `${feed}/signed-url/private.png`, { token: ann });
      await photos.put(signed.body.url, Buffer.from("not yet posted"));
      const key = keyIn(signed.body.url);
      for (const url of [key, "private.png", `/${key}`, signed.body.url.slice(0, 255)]) {
        const { status, body } = await api.request("POST", feed, {
          token: bob,
          body: { caption: "mine", url },
        });
        expect(status).to.equal(201);
        expect((await photos.show(body)).status).to.equal(404);
      }
    });

    it("accepts a name that was never uploaded, as the original did", async () => {
      const { status } = await api.request("POST", feed, {
        token: bob,
        body: { caption: "c", url: "never.png" },
      });
      expect(status).to.equal(201);
    });
  });

  describe("uploads with type and size stated", () => {
    const request = (query: string) =>
      api.request("GET", `${feed}/signed-url/a.png?${query}`, { token: ann });

    it("answers exactly {url} where nothing is stated, and the upload's id where something is", async () => {
      const plain = await api.request("GET", `${feed}/signed-url/a.png`, { token: ann });
      expect([plain.status, Object.keys(plain.body)]).to.eql([201, ["url"]]);
      expect((await request("type=image/png&size=8")).body).to.have.all.keys("url", "upload");
    });

    it("takes only what was stated", async () => {
      const { body } = await request(`type=image/png&size=${image.length}`);
      expect(await photos.put(body.url, image, { "content-type": "text/html" })).to.equal(403);
      expect(
        await photos.put(body.url, Buffer.concat([image, image]), { "content-type": "image/png" }),
      ).to.equal(403);
      expect(await photos.put(body.url, image, { "content-type": "image/png" })).to.equal(200);
      const posted = await api.request("POST", feed, {
        token: ann,
        body: { caption: "c", url: "a.png", upload: body.upload },
      });
      expect(posted.status).to.equal(201);
    });

    it("refuses more than 10 MB and what is no image", async () => {
      expect((await request("type=image/png&size=10000000")).status).to.equal(201);
      expect((await request("type=image/png&size=10000001")).status).to.equal(413);
      for (const type of ["text/html", "image/svg%2Bxml", "application/pdf", ""]) {
        expect((await request(`type=${type}&size=8`)).status, type).to.equal(415);
      }
      for (const size of ["-1", "0", "x", "1.5", ""]) {
        expect((await request(`type=image/png&size=${size}`)).status, size).to.equal(400);
      }
    });

    it("lets an address be used once where that is asked for: a posted photo stays what it is", async () => {
      const { body } = await request("type=image/png&size=8&once=true");
      const once = { "content-type": "image/png", "if-none-match": "*" };
      expect(await photos.put(body.url, image, { "content-type": "image/png" }), "not signed").to.equal(403);
      expect(await photos.put(body.url, image, once)).to.equal(200);
      expect(await photos.put(body.url, image, once)).to.equal(412);
      expect((await request("type=image/png&size=8&once=maybe")).status).to.equal(400);
    });

    it("says when the photo has not arrived, and knows no other user's upload", async () => {
      const { body } = await request("type=image/png&size=8");
      const post = { caption: "c", url: "a.png", upload: body.upload };
      expect((await api.request("POST", feed, { token: ann, body: post })).status).to.equal(409);
      expect((await api.request("POST", feed, { token: bob, body: post })).status).to.equal(400);
      for (const upload of ["x", 5, {}]) {
        expect((await api.request("POST", feed, { token: ann, body: { ...post, upload } })).status).to.equal(
          400,
        );
      }
    });

    it("refuses a photo that turns out to be too large, and removes it", async () => {
      const large = Buffer.alloc(10_000_001);
      const signed = await api.request("GET", `${feed}/signed-url/large.png`, { token: ann });
      expect(await photos.put(signed.body.url, large)).to.equal(200);
      const { status } = await api.request("POST", feed, {
        token: ann,
        body: { caption: "c", url: "large.png" },
      });
      expect(status).to.equal(413);
      const key = keyIn(signed.body.url);
      expect(aws.readObject("media", key)).to.equal(undefined);
    });
  });
});
