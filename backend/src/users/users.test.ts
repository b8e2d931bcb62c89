import { createHmac } from "node:crypto";
import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";

const register = "/api/v0/users/auth";
const logIn = "/api/v0/users/auth/login";

describe("users", () => {
  let api: TestApi;

  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  describe("registration", () => {
    it("answers 201 with a token and the user, with and without a trailing slash", async () => {
      for (const [path, email] of [
        [register, "ann@example.com"],
        [`${register}/`, "bob@example.com"],
      ] as const) {
        const { status, body } = await api.request("POST", path, { body: { email, password: "secret" } });
        expect(status).to.equal(201);
        expect(body).to.eql({ token: body.token, user: { email } });
        expect(body.token).to.be.a("string");
      }
    });

    it("refuses a second registration of an address with 422", async () => {
      await api.register("twice@example.com");
      const again = await api.request("POST", register, {
        body: { email: "twice@example.com", password: "x" },
      });
      expect([again.status, again.body]).to.eql([422, { auth: false, message: "User already exists." }]);
    });

    const badEmails = [
      undefined,
      null,
      "",
      7,
      {},
      ["a@b.co"],
      "a",
      "a@b",
      "@b.co",
      "a b@c.de",
      `${"a".repeat(250)}@b.co`,
      "a\0@b.co",
    ];
    for (const email of badEmails) {
      it(`refuses the e-mail ${JSON.stringify(email)?.slice(0, 30)}`, async () => {
        const { status, body } = await api.request("POST", register, { body: { email, password: "secret" } });
        expect([status, body]).to.eql([400, { auth: false, message: "Email is missing or malformed." }]);
      });
    }

    for (const password of [
      undefined,
      null,
      "",
      12345678,
      true,
      {},
      "x".repeat(1025),
      "a\0b",
      " ",
      "\u3000\t",
    ]) {
      it(`refuses the password ${JSON.stringify(password)?.slice(0, 30)}`, async () => {
        const { status, body } = await api.request("POST", register, {
          body: { email: "c@example.com", password },
        });
        expect([status, body]).to.eql([400, { auth: false, message: "Password is required." }]);
      });
    }

    it("gives one of 100 simultaneous registrations of an address 201, every other 422", async () => {
      const body = { email: "race@example.com", password: "secret" };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => api.request("POST", register, { body })),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).to.eql([201, ...Array(99).fill(422)]);
      expect(
        await api.database.query(`SELECT count(*)::int AS n FROM "Users" WHERE email = $1`, [body.email]),
      ).to.eql([{ n: 1 }]);
    });

    it("takes one address in every spelling for one person", async () => {
      const body = { email: "Case@Example.com", password: "secret" };
      const { status, body: said } = await api.request("POST", register, { body });
      expect([status, said.user]).to.eql([201, { email: "case@example.com" }]);
      for (const email of ["case@example.com", "CASE@EXAMPLE.COM"]) {
        const again = await api.request("POST", register, { body: { ...body, email } });
        expect([again.status, again.body.message]).to.eql([422, "User already exists."]);
        const entered = await api.request("POST", logIn, { body: { ...body, email } });
        expect([entered.status, entered.body.user]).to.eql([200, { email: "case@example.com" }]);
      }
      const found = await api.request("GET", "/api/v0/users/cASE@example.com", { token: said.token });
      expect(found.body.email).to.equal("case@example.com");
    });

    it("keeps two people apart who registered with one address before spellings were one", async () => {
      const hashOf = async (email: string) => {
        await api.register(email);
        const rows = await api.database.query(`DELETE FROM "Users" WHERE email = $1 RETURNING *`, [email]);
        return rows[0]?.passwordHash;
      };
      const pair = ["Pair@example.com", "pair@example.com"];
      for (const [index, email] of pair.entries()) {
        const hash = await hashOf(`of-${index}@example.com`);
        await api.database.query(
          `INSERT INTO "Users" VALUES ($1, $2, now() + make_interval(secs => $3), now())`,
          [email, hash, index],
        );
      }
      for (const email of pair) {
        const { body } = await api.request("POST", logIn, { body: { email, password: "a password" } });
        expect(body.user, email).to.eql({ email });
      }
      const third = await api.request("POST", logIn, {
        body: { email: "PAIR@example.com", password: "a password" },
      });
      expect(third.body.user, "the older one").to.eql({ email: "Pair@example.com" });
      const taken = { email: "pAIR@example.com", password: "x" };
      expect((await api.request("POST", register, { body: taken })).status).to.equal(422);
    });

    it("stores a memory-hard hash, never the password", async () => {
      await api.register("hash@example.com");
      const [user] = await api.database.query(`SELECT * FROM "Users" WHERE email = 'hash@example.com'`);
      expect(user?.passwordHash).to.match(/^\$scrypt\$ln=\d+,r=\d+,p=\d+\$[\w+/]+\$[\w+/]+$/);
    });
  });

  describe("login", () => {
    before(() => api.register("login@example.com"));

    it("answers 200 with auth, a token and the user", async () => {
      const email = "login@example.com";
      const { status, body } = await api.request("POST", logIn, { body: { email, password: "a password" } });
      expect(status).to.equal(200);
      expect(body).to.eql({ auth: true, token: body.token, user: { email } });
    });

    const cases = [
      [{ password: "x" }, 400, "Email is required or malformed."],
      [{ email: "nonsense", password: "x" }, 400, "Email is required or malformed."],
      [{ email: "login@example.com" }, 400, "Password is required."],
      [{ email: "login@example.com", password: 5 }, 400, "Password is required."],
      [{ email: "nobody@example.com", password: "x" }, 401, "User was not found.."],
      [{ email: "login@example.com", password: "wrong" }, 401, "Password was invalid."],
    ] as const;
    for (const [body, status, message] of cases) {
      it(`answers ${status} "${message}" to ${JSON.stringify(body)}`, async () => {
        const answer = await api.request("POST", logIn, { body });
        expect([answer.status, answer.body]).to.eql([status, { auth: false, message }]);
      });
    }

    it("does not take another user's hash or a hash of another kind for a password", async () => {
      await api.database.query(
        `INSERT INTO "Users" VALUES ('old@example.com', '$2a$10$abcdefghijklmnopqrstuv', now(), now())`,
      );
      const { status, body } = await api.request("POST", logIn, {
        body: { email: "old@example.com", password: "$2a$10$abcdefghijklmnopqrstuv" },
      });
      expect([status, body.message]).to.eql([401, "Password was invalid."]);
    });
  });

  describe("authentication", () => {
    const path = "/api/v0/users/auth/verification";
    const forge = (header: object, payload: object, secret: string) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const content = `${part(header)}.${part(payload)}`;
      return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
    };
    const secret = "only for tests, never elsewhere";
    const now = Math.floor(Date.now() / 1000);
    let token: string;
    before(async () => {
      token = await api.register("token@example.com");
    });

    for (const scheme of ["Bearer", "jwt", "anything"]) {
      it(`accepts a token under the scheme ${scheme}`, async () => {
        const { status, body } = await api.request("GET", path, {
          headers: { authorization: `${scheme} ${token}` },
        });
        expect([status, body]).to.eql([200, { auth: true, message: "Authenticated." }]);
      });
    }

    it("answers 401 without a header", async () => {
      const { status, body } = await api.request("GET", path);
      expect([status, body]).to.eql([401, { message: "No authorization headers." }]);
    });

    for (const header of ["Bearer", "a b c", "jwt T1,jwt null,jwt T2"]) {
      it(`answers 401 to the malformed header "${header}"`, async () => {
        const { status, body } = await api.request("GET", path, { headers: { authorization: header } });
        expect([status, body]).to.eql([401, { message: "Malformed token." }]);
      });
    }

    const bad = {
      nonsense: () => "nonsense",
      "of another secret": () =>
        forge({ alg: "HS256" }, { email: "token@example.com", exp: now + 60 }, "x".repeat(32)),
      "without a signature": () =>
        `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.`,
      expired: () =>
        forge({ alg: "HS256" }, { email: "token@example.com", iat: now - 99, exp: now - 1 }, secret),
      "that never expires": () => forge({ alg: "HS256" }, { email: "token@example.com", iat: now }, secret),
      "without an e-mail": () => forge({ alg: "HS256" }, { exp: now + 60 }, secret),
    };
    for (const [name, make] of Object.entries(bad)) {
      it(`answers 401 to a token ${name}`, async () => {
        const { status, body } = await api.request("GET", path, { token: make() });
        expect([status, body]).to.eql([401, { auth: false, message: "Failed to authenticate." }]);
      });
    }
  });

  describe("look-up", () => {
    it("needs a token and never shows the hash", async () => {
      const token = await api.register("shown@example.com");
      const path = "/api/v0/users/shown@example.com";
      expect((await api.request("GET", path)).status).to.equal(401);
      const { status, body } = await api.request("GET", path, { token });
      expect(status).to.equal(200);
      expect(body).to.have.all.keys("email", "createdAt", "updatedAt");
      expect(body.email).to.equal("shown@example.com");
    });

    it("answers 404 to an unknown or malformed address", async () => {
      const token = await api.register("looker@example.com");
      for (const id of ["nobody@example.com", "nonsense", "%00"]) {
        const { status, body } = await api.request("GET", `/api/v0/users/${id}`, { token });
        expect([status, body]).to.eql([404, { message: "User was not found." }]);
      }
    });

    it("answers 404 to the list, which the original never had, and the text of the auth root", async () => {
      expect((await api.request("GET", "/api/v0/users/")).status).to.equal(404);
      const { status, body } = await api.request("GET", "/api/v0/users/auth");
      expect([status, body]).to.eql([200, "auth"]);
    });
  });
});
