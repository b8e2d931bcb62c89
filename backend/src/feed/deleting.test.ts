import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { AwsServer } from "../../../local/aws/server.ts";
import type { TestApi } from "../testing/api.ts";
import { type PhotoStage, startPhotoStage } from "../testing/photo-stage.ts";
import { feed, image, keyIn, type Photos } from "../testing/photos.ts";

describe("deleting and expiry", () => {
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

  describe("deleting", () => {
    it("removes one's own post and its photo, and nobody else's", async () => {
      const { body } = await photos.post(ann, "gone.png");
      const path = `${feed}/${body.id}`;
      const photo = (await api.request("GET", `${path}/photo`)).headers.get("location") ?? "";
      expect((await api.request("DELETE", path)).status).to.equal(401);
      const refused = await api.request("DELETE", path, { token: bob });
      expect([refused.status, refused.body]).to.eql([403, { message: "Only its owner may delete a post." }]);
      expect((await fetch(photo)).status).to.equal(200);
      expect((await api.request("DELETE", path, { token: ann })).status).to.equal(204);
      expect((await api.request("GET", path)).status).to.equal(404);
      expect((await api.request("DELETE", path, { token: ann })).status).to.equal(404);
      expect((await fetch(photo)).status).to.equal(404);
    });

    it("leaves a photo that another post shows as well", async () => {
      const first = await photos.post(ann, "shared.png");
      const second = await api.request("POST", feed, {
        token: ann,
        body: { caption: "again", url: "shared.png" },
      });
      await api.request("DELETE", `${feed}/${first.body.id}`, { token: ann });
      expect((await photos.show(second.body)).status).to.equal(200);
    });

    it("has nobody delete posts that have no owner", async () => {
      const [row] = await api.database.query(
        `INSERT INTO "FeedItems" ("caption", "url") VALUES ('old', 'old.jpg') RETURNING id`,
      );
      expect((await api.request("DELETE", `${feed}/${row?.id}`, { token: ann })).status).to.equal(403);
    });

    it("deletes the post also when the photo cannot be removed just then", async () => {
      const { body } = await photos.post(bob, "stays.png");
      aws.faults.add({
        service: "s3",
        method: "DELETE",
        times: 10,
        status: 403,
        code: "AccessDenied",
      });
      expect((await api.request("DELETE", `${feed}/${body.id}`, { token: bob })).status).to.equal(204);
      aws.faults.clear();
    });
  });

  describe("expiry", () => {
    const upload = async (name: string, body: Buffer, age: string) => {
      const signed = await api.request("GET", `${feed}/signed-url/${name}`, { token: ann });
      await photos.put(signed.body.url, body);
      const key = keyIn(signed.body.url);
      await api.database.query(`UPDATE "Uploads" SET "createdAt" = now() - $1::interval WHERE "key" = $2`, [
        age,
        key,
      ]);
      return key;
    };
    const isThere = (key: string) => aws.readObject("media", key) !== undefined;

    it("removes uploads that were never posted in a day, and only those", async () => {
      const old = await upload("old.png", image, "25 hours");
      const young = await upload("young.png", image, "23 hours");
      const posted = await upload("posted.png", image, "25 hours");
      await api.request("POST", feed, { token: ann, body: { caption: "c", url: "posted.png" } });
      await api.context.uploads.expire();
      expect([old, young, posted].map(isThere)).to.eql([false, true, true]);
    });

    it("removes what was put under an address whose post was deleted meanwhile", async () => {
      const signed = await api.request("GET", `${feed}/signed-url/late.png`, { token: ann });
      await photos.put(signed.body.url, image);
      const post = await api.request("POST", feed, { token: ann, body: { caption: "c", url: "late.png" } });
      await api.request("DELETE", `${feed}/${post.body.id}`, { token: ann });
      const key = keyIn(signed.body.url);
      expect(isThere(key)).to.equal(false);
      expect(await photos.put(signed.body.url, Buffer.alloc(20)), "the address still works").to.equal(200);
      await api.database.query(
        `UPDATE "Uploads" SET "createdAt" = now() - interval '25 hours' WHERE "key" = $1`,
        [key],
      );
      await api.context.uploads.expire();
      expect(isThere(key)).to.equal(false);
      expect(await api.database.query(`SELECT FROM "Uploads" WHERE "key" = $1`, [key])).to.eql([]);
    });

    it("finds objects that nothing knows of, and only those", async () => {
      const { body } = await photos.post(ann, "known.png");
      const waiting = await photos.upload(ann, "waiting.png");
      const s3 = new S3Client({
        region: aws.region,
        endpoint: aws.endpoint,
        credentials: aws.credentials,
        forcePathStyle: true,
      });
      const orphans = ["users/0/lost.png", "users/1/lost.png"];
      for (const Key of [...orphans, "elsewhere.png"]) {
        await s3.send(new PutObjectCommand({ Bucket: "media", Key, Body: "x" }));
      }
      s3.destroy();
      expect(await api.context.uploads.sweep(), "younger than a day").to.equal(0);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await api.context.uploads.sweep(0)).to.equal(2);
      expect(orphans.map(isThere)).to.eql([false, false]);
      expect([waiting, "elsewhere.png"].map(isThere)).to.eql([true, true]);
      expect((await photos.show(body)).status).to.equal(200);
    });

    it("removes photos that became too large after they were posted", async () => {
      const signed = await api.request("GET", `${feed}/signed-url/grows.png`, { token: ann });
      await photos.put(signed.body.url, image);
      await api.request("POST", feed, { token: ann, body: { caption: "c", url: "grows.png" } });
      await photos.put(signed.body.url, Buffer.alloc(10_000_001));
      const key = keyIn(signed.body.url);
      await api.database.query(
        `UPDATE "Uploads" SET "createdAt" = now() - interval '1 hour' WHERE "key" = $1`,
        [key],
      );
      await api.context.uploads.expire();
      expect(isThere(key)).to.equal(false);
    });
  });
});
