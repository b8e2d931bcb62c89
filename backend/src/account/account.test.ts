import { expect } from "chai";
import type { TestApi } from "../testing/api.ts";
import { type PhotoStage, startPhotoStage } from "../testing/photo-stage.ts";
import { feed, keyIn } from "../testing/photos.ts";

const me = "/api/v0/users/me";
const logIn = "/api/v0/users/auth/login";
/** What the test API registers everybody with. */
const password = "a password";

describe("one's own account", () => {
  let stage: PhotoStage;
  let api: TestApi;

  before(async () => {
    stage = await startPhotoStage();
    ({ api } = stage);
  });
  after(() => stage.stop());

  const registerAs = async (email: string, name: unknown) =>
    api.request("POST", "/api/v0/users/auth", { body: { email, password, name } });

  it("needs a token", async () => {
    for (const [method, path] of [
      ["GET", me],
      ["PATCH", me],
      ["PUT", `${me}/password`],
      ["POST", `${me}/deletion`],
    ] as const) {
      expect((await api.request(method, path)).status, `${method} ${path}`).to.equal(401);
    }
  });

  describe("the name", () => {
    it("is given at registration or later, and is nobody else's to read by address", async () => {
      const { body } = await registerAs("named@example.com", "  Ada Łovelace ");
      expect(body).to.eql({ token: body.token, user: { email: "named@example.com" } });
      const own = await api.request("GET", me, { token: body.token });
      expect(own.body).to.eql({
        email: "named@example.com",
        name: "Ada Łovelace",
        createdAt: own.body.createdAt,
      });
      const renamed = await api.request("PATCH", me, { token: body.token, body: { name: "Countess" } });
      expect(renamed.body.name).to.equal("Countess");
      expect((await api.request("PATCH", me, { token: body.token, body: { name: " " } })).body.name).to.equal(
        null,
      );
      const known = await api.request("GET", "/api/v0/users/named@example.com", { token: stage.ann });
      expect(Object.keys(known.body)).to.eql(["email", "createdAt", "updatedAt"]);
    });

    it("is none where none was given, as by the original's clients", async () => {
      const token = await api.register("nameless@example.com");
      expect((await api.request("GET", me, { token })).body.name).to.equal(null);
    });

    for (const name of [7, {}, "x".repeat(51), "a\nb", "\u202eadA", "a\0"]) {
      it(`is not ${JSON.stringify(name).slice(0, 20)}`, async () => {
        const { status, body } = await registerAs("odd@example.com", name);
        expect([status, body]).to.eql([400, { auth: false, message: "Name is malformed." }]);
      });
    }
  });

  describe("the password", () => {
    it("changes for who knows it, and ends every token from before", async () => {
      const old = await api.register("change@example.com");
      const change = (token: string, body: object) => api.request("PUT", `${me}/password`, { token, body });
      for (const [body, status, message] of [
        [{ newPassword: "new" }, 400, "Password is required."],
        [{ password }, 400, "New password is required."],
        [{ password, newPassword: "  " }, 400, "New password is required."],
        [{ password: "wrong", newPassword: "new" }, 403, "Password was invalid."],
      ] as const) {
        const refused = await change(old, body);
        expect([refused.status, refused.body]).to.eql([status, { auth: false, message }]);
      }
      const { status, body } = await change(old, { password, newPassword: "another password" });
      expect([status, body]).to.eql([200, { token: body.token, user: { email: "change@example.com" } }]);
      expect((await api.request("GET", me, { token: old })).status).to.equal(401);
      expect((await api.request("GET", me, { token: body.token })).status).to.equal(200);
      const login = (value: string) =>
        api.request("POST", logIn, { body: { email: "change@example.com", password: value } });
      expect((await login(password)).status).to.equal(401);
      expect((await login("another password")).status).to.equal(200);
    });

    it("counts what is wrong as failed logins of the account", async () => {
      const token = await api.register("guess@example.com");
      const guess = () =>
        api.request("PUT", `${me}/password`, { token, body: { password: "wrong", newPassword: "new" } });
      for (let n = 0; n < 10; n += 1) expect((await guess()).status).to.equal(403);
      const refused = await guess();
      expect([refused.status, refused.headers.has("retry-after")]).to.eql([429, true]);
      const login = await api.request("POST", logIn, { body: { email: "guess@example.com", password } });
      expect(login.status).to.equal(429);
    });
  });

  describe("its deletion", () => {
    it("takes posts and photos along, and ends its tokens, whoever registers the address after", async () => {
      const { photos, aws } = stage;
      const token = await api.register("leaving@example.com");
      const posted = await photos.post(token, "mine.png");
      const pending = await api.request("GET", `${feed}/signed-url/pending.png`, { token });
      await photos.put(pending.body.url, Buffer.from("pending"));
      const others = await photos.post(stage.ann, "hers.png");
      const keysOf = async () =>
        (
          await api.database.query('SELECT "key" FROM "Uploads" WHERE "owner" = $1', ["leaving@example.com"])
        ).map(({ key }) => String(key));
      const keys = await keysOf();
      expect(keys).to.have.length(2).and.include(keyIn(pending.body.url));

      const close = (body: object) => api.request("POST", `${me}/deletion`, { token, body });
      expect((await close({ password: "wrong" })).status).to.equal(403);
      expect((await api.request("GET", `${feed}/${posted.body.id}`)).status).to.equal(200);
      expect((await close({ password })).status).to.equal(204);

      expect((await api.request("GET", `${feed}/${posted.body.id}`)).status).to.equal(404);
      expect((await photos.show(others.body)).status).to.equal(200);
      for (const key of keys) expect(aws.readObject("media", key), key).to.equal(undefined);
      expect(await keysOf()).to.eql([]);
      const login = await api.request("POST", logIn, { body: { email: "leaving@example.com", password } });
      expect([login.status, login.body.message]).to.eql([401, "User was not found.."]);
      const post = () => api.request("POST", feed, { token, body: { caption: "late", url: "late.png" } });
      expect((await post()).status).to.equal(401);
      const again = await api.register("leaving@example.com");
      expect((await post()).status).to.equal(401);
      expect((await api.request("GET", me, { token: again })).status).to.equal(200);
    });

    it("succeeds also when photos cannot be removed just then: they go with what expires", async () => {
      const { photos, aws } = stage;
      const token = await api.register("stuck@example.com");
      await photos.post(token, "stuck.png");
      const [row] = await api.database.query('SELECT "key" FROM "Uploads" WHERE "owner" = $1', [
        "stuck@example.com",
      ]);
      const key = String(row?.key);
      aws.faults.add({ service: "s3", method: "DELETE", times: 10, status: 403, code: "AccessDenied" });
      const closed = await api.request("POST", `${me}/deletion`, { token, body: { password } });
      aws.faults.clear();
      expect(closed.status).to.equal(204);
      expect(aws.readObject("media", key)).not.to.equal(undefined);
      await api.database.query(
        `UPDATE "Uploads" SET "createdAt" = now() - interval '2 days' WHERE "key" = $1`,
        [key],
      );
      await api.context.uploads.expire();
      expect(aws.readObject("media", key)).to.equal(undefined);
    });
  });
});
