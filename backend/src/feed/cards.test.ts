import { expect } from "chai";
import type { TestApi } from "../testing/api.ts";
import { type PhotoStage, startPhotoStage } from "../testing/photo-stage.ts";
import { feed, keyIn, type Photos } from "../testing/photos.ts";

const plain = ["id", "caption", "url", "createdAt", "updatedAt"];

describe("posts as cards", () => {
  let stage: PhotoStage;
  let api: TestApi;
  let photos: Photos;
  let token: string;

  before(async () => {
    stage = await startPhotoStage();
    ({ api, photos } = stage);
    const { body } = await api.request("POST", "/api/v0/users/auth", {
      body: { email: "ada@example.com", password: "a password", name: "Ada" },
    });
    token = body.token;
  });
  after(() => stage.stop());

  /** Uploads a file; its id and where it lies. */
  const upload = async (name: string, content: string) => {
    const bytes = Buffer.from(content);
    const { body } = await api.request("GET", `${feed}/signed-url/${name}?size=${bytes.length}`, { token });
    await photos.put(body.url, bytes);
    return { id: body.upload as string, key: keyIn(body.url) };
  };
  const postBoth = async () => {
    const [photo, small] = [await upload("photo.png", "the photo"), await upload("small.png", "small")];
    const { status, body } = await api.request("POST", `${feed}?view=card`, {
      token,
      body: { caption: "both", url: "photo.png", upload: photo.id, preview: small.id },
    });
    expect(status).to.equal(201);
    return { body, photo, small };
  };
  const textAt = async (path: string) => {
    const { headers } = await api.request("GET", path);
    return await (await fetch(headers.get("location") ?? "")).text();
  };

  it("say who posted and where a small picture is, only where that is asked for", async () => {
    const { body } = await postBoth();
    expect(Object.keys(body)).to.eql([...plain, "author", "preview"]);
    expect([body.author, body.preview]).to.eql(["Ada", `${body.url}?size=small`]);
    for (const path of [feed, `${feed}?limit=1`, `${feed}/mine`]) {
      const { body: page } = await api.request("GET", path, { token });
      expect(Object.keys(page.rows[0]), path).to.eql(plain);
    }
    expect(Object.keys((await api.request("GET", `${feed}/${body.id}`)).body)).to.eql(plain);
    for (const path of [`${feed}?limit=1&view=card`, `${feed}/mine?view=card`]) {
      expect((await api.request("GET", path, { token })).body.rows[0], path).to.eql(body);
    }
    expect((await api.request("GET", `${feed}/${body.id}?view=card`)).body).to.eql(body);
    expect((await api.request("GET", `${feed}?view=list`)).status).to.equal(400);
  });

  it("go on as cards on the next page", async () => {
    await postBoth();
    const { headers, body } = await api.request("GET", `${feed}?limit=1&view=card`);
    expect(headers.get("link")).to.equal(`</api/v0/feed?limit=1&cursor=${body.next}&view=card>; rel="next"`);
  });

  it("have no author where the person has no name, and no small picture where none was posted", async () => {
    const { body } = await photos.post(stage.bob, "plain.png");
    const { body: card } = await api.request("GET", `${feed}/${body.id}?view=card`);
    expect([card.author, card.preview]).to.eql([null, null]);
    const old = await api.database.query(
      `INSERT INTO "FeedItems" ("caption", "url") VALUES ('old', 'old.jpg') RETURNING "id"`,
    );
    expect((await api.request("GET", `${feed}/${old[0]?.id}?view=card`)).body.author).to.equal(null);
  });

  it("show the small picture or the photo, and the photo where there is none", async () => {
    const { body } = await postBoth();
    const path = `${feed}/${body.id}/photo`;
    expect([await textAt(path), await textAt(`${path}?size=small`)]).to.eql(["the photo", "small"]);
    expect((await api.request("GET", `${path}?size=huge`)).status).to.equal(400);
    const photo = await upload("alone.png", "alone");
    const { body: alone } = await api.request("POST", feed, {
      token,
      body: { caption: "alone", url: "alone.png", upload: photo.id },
    });
    expect(await textAt(`${feed}/${alone.id}/photo?size=small`)).to.equal("alone");
  });

  it("keep the small picture as long as the post is there, and no longer", async () => {
    const { body, photo, small } = await postBoth();
    await api.database.query(`UPDATE "Uploads" SET "createdAt" = now() - interval '2 days'`);
    await api.context.uploads.expire();
    await api.context.uploads.sweep(-60);
    const { aws } = stage;
    expect(aws.readObject("media", small.key)).not.to.equal(undefined);
    await api.request("DELETE", `${feed}/${body.id}`, { token });
    for (const { key } of [photo, small]) expect(aws.readObject("media", key)).to.equal(undefined);
  });

  it("take nobody else's upload and none that has not arrived for the small picture", async () => {
    const photo = await upload("photo.png", "the photo");
    const post = (preview: string) =>
      api.request("POST", feed, {
        token,
        body: { caption: "x", url: "photo.png", upload: photo.id, preview },
      });
    const { body: pending } = await api.request("GET", `${feed}/signed-url/small.png?size=5`, { token });
    expect((await post(pending.upload)).status).to.equal(409);
    const { body: bobs } = await api.request("GET", `${feed}/signed-url/small.png?size=5`, {
      token: stage.bob,
    });
    expect((await post(bobs.upload)).status).to.equal(400);
    expect((await post("small.png")).status).to.equal(400);
  });
});
