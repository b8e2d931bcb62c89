import { connect } from "node:net";
import { Writable } from "node:stream";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { origin, startApi, type TestApi } from "./testing/api.ts";

describe("the API as a whole", () => {
  let api: TestApi;
  const lines: string[] = [];

  before(async () => {
    const log = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    api = await startApi({ log });
  });
  after(() => api.stop());

  describe("roots", () => {
    for (const [path, words] of [
      ["/", "/api/v0/"],
      ["/api/v0", "V0"],
      ["/api/v0/", "V0"],
    ] as const) {
      it(`answers ${words} at ${path}`, async () => {
        const { status, body } = await api.request("GET", path);
        expect([status, body]).to.eql([200, words]);
      });
    }

    it("answers 404 in JSON elsewhere, also to OPTIONS", async () => {
      for (const path of ["/api", "/api/v1/feed", "/api/v0/feeds", "/api/v0/feed/1/2/3", "/.env"]) {
        for (const method of ["GET", "POST", "OPTIONS"]) {
          const { status, body } = await api.request(method, path);
          expect([status, body], path).to.eql([404, { message: "There is nothing at this address." }]);
        }
      }
    });

    it("answers 405 to a method that a path does not have, and names those it has", async () => {
      const answer = await api.request("DELETE", "/api/v0/feed");
      expect([answer.status, answer.headers.get("allow")]).to.eql([405, "GET,HEAD,POST"]);
    });

    it("answers HEAD as GET, without a body", async () => {
      const { status, body, headers } = await api.request("HEAD", "/api/v0/feed");
      expect([status, body, headers.get("content-type")]).to.eql([
        200,
        undefined,
        "application/json; charset=utf-8",
      ]);
    });
  });

  describe("CORS", () => {
    it("answers OPTIONS of every path with 200 and its methods", async () => {
      const expected = {
        "/api/v0/feed": "GET,HEAD,POST",
        "/api/v0/feed/5": "DELETE,GET,HEAD",
        "/api/v0/users/auth": "GET,HEAD,POST",
        "/api/v0/users/auth/": "GET,HEAD,POST",
        "/api/v0/users/auth/login": "POST",
      };
      for (const [path, methods] of Object.entries(expected)) {
        const headers = {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type",
        };
        const answer = await api.request("OPTIONS", path, { headers });
        expect([answer.status, answer.body]).to.eql([200, methods]);
        expect(answer.headers.get("access-control-allow-origin")).to.equal(origin);
        expect(answer.headers.get("access-control-allow-headers")).to.contain("Authorization");
        expect(answer.headers.get("access-control-allow-methods")).to.contain("DELETE");
      }
    });

    it("lets the site read answers, failures included, and no other origin", async () => {
      for (const path of ["/api/v0/feed", "/api/v0/feed/abc", "/nowhere"]) {
        const own = await api.request("GET", path, { headers: { origin } });
        expect(own.headers.get("access-control-allow-origin"), path).to.equal(origin);
        const other = await api.request("GET", path, { headers: { origin: "http://evil.example" } });
        expect(other.headers.get("access-control-allow-origin"), path).to.equal(null);
      }
    });
  });

  describe("bodies", () => {
    const path = "/api/v0/users/auth/login";
    const post = (body: string, headers: Record<string, string> = {}) =>
      api.request("POST", path, { body, headers: { "content-type": "application/json", ...headers } });

    it("answers malformed JSON with 400 and nothing internal", async () => {
      for (const body of ["{", "nonsense", '{"email":', "5", '"text"', "\u0000"]) {
        const answer = await post(body);
        expect([answer.status, answer.body], body).to.eql([400, { message: "The request is malformed." }]);
      }
    });

    it("takes arrays, null and no body at all for an object without members", async () => {
      for (const body of ["[]", "{}", '[{"email":"a@b.co"}]', '{"__proto__":{"email":"a@b.co"}}']) {
        const answer = await post(body);
        expect([answer.status, answer.body.message], body).to.eql([400, "Email is required or malformed."]);
      }
      const empty = await api.request("POST", path);
      expect([empty.status, empty.body.message]).to.eql([400, "Email is required or malformed."]);
    });

    it("answers 413 to a body that is too large", async () => {
      const answer = await post(JSON.stringify({ email: "x".repeat(200_000) }));
      expect([answer.status, answer.body]).to.eql([413, { message: "The body is too large." }]);
    });

    it("answers 415 to a body that is not JSON, or not in UTF-8, or packed in an unknown way", async () => {
      expect((await post("a=b", { "content-type": "application/x-www-form-urlencoded" })).status).to.equal(
        415,
      );
      expect((await post("{}", { "content-type": "application/json; charset=latin9" })).status).to.equal(415);
      expect((await post("{}", { "content-encoding": "zstandard" })).status).to.equal(415);
      const form = await api.request("POST", "/api/v0/feed", {
        token: await api.register("form@example.com"),
        body: "caption=x",
        headers: { "content-type": "text/plain" },
      });
      expect(form.status).to.equal(415);
    });
  });

  describe("malformed requests", () => {
    for (const path of ["/%E0%A4%A", "/api/v0/feed/%E0%A4%A", "/api/v0/users/%"]) {
      it(`answers ${path} with 4xx`, async () => {
        const token = await api.register(`${Math.random()}@example.com`);
        const { status, body } = await api.request("GET", path, { token });
        expect(status).to.be.within(400, 404);
        expect(body).to.have.all.keys("message");
      });
    }

    it("survives what is not HTTP, and connections that end in the middle", async () => {
      for (const bytes of [
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`,
        "POST /api/v0/users/auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        "POST /api/v0/users/auth HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      ]) {
        await new Promise<void>((resolve) => {
          const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(bytes));
          socket.on("error", () => {}).on("close", () => resolve());
          setTimeout(() => socket.destroy(), 50);
        });
      }
      expect((await api.request("GET", "/health")).status).to.equal(200);
    });
  });

  describe("headers", () => {
    it("hide the framework and forbid sniffing and framing", async () => {
      const { headers } = await api.request("GET", "/api/v0/feed");
      expect(headers.get("x-powered-by")).to.equal(null);
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("content-security-policy")).to.contain("default-src 'none'");
      // Or <img> elements of the site, which is another origin, would not show photos.
      expect(headers.get("cross-origin-resource-policy")).to.equal("cross-origin");
    });

    it("name the request, by the caller's own id where it is a sane one", async () => {
      const own = await api.request("GET", "/health", { headers: { "x-request-id": "abc-123" } });
      expect(own.headers.get("x-request-id")).to.equal("abc-123");
      const other = await api.request("GET", "/health", { headers: { "x-request-id": "a b\tc" } });
      expect(other.headers.get("x-request-id")).to.match(/^[\da-f-]{36}$/);
    });
  });

  describe("log", () => {
    it("has one line per request, with its id, and no secret", async () => {
      lines.length = 0;
      const password = "a secret password";
      const { body, headers } = await api.request("POST", "/api/v0/users/auth", {
        body: { email: "log@example.com", password },
        headers: { "x-request-id": "the-id" },
      });
      await api.request("GET", "/api/v0/users/auth/verification?token=in-the-query", { token: body.token });
      await until(() => lines.some((line) => line.includes("/verification")));
      const [first] = lines.map((line) => JSON.parse(line)).filter(({ request }) => request === "the-id");
      expect(headers.get("x-request-id")).to.equal("the-id");
      expect(first).to.include({ method: "POST", path: "/api/v0/users/auth", status: 201, msg: "request" });
      const all = lines.join("");
      for (const secret of [password, body.token, "in-the-query", "scrypt"])
        expect(all).not.to.contain(secret);
    });

    it("does not tell a client what went wrong inside, and tells the log without the row", async () => {
      lines.length = 0;
      await api.database.query('ALTER TABLE "Users" RENAME TO "Elsewhere"');
      try {
        const { status, body } = await api.request("POST", "/api/v0/users/auth", {
          body: { email: "inside@example.com", password: "hidden password" },
        });
        expect([status, body]).to.eql([500, { message: "Something went wrong on our side." }]);
      } finally {
        await api.database.query('ALTER TABLE "Elsewhere" RENAME TO "Users"');
      }
      const [failed] = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request failed");
      expect(failed.error).to.include({ code: "42P01" });
      expect(lines.join("")).not.to.contain("hidden password").and.not.to.contain("inside@example.com");
    });
  });
});
