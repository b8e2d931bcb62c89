import { expect } from "chai";
import { routes } from "./routes.ts";

describe("verify: the input routes", () => {
  it("has one route per line, with what it has to answer", () => {
    expect(routes("# the feed\n/api/v0/feed 200 Application/JSON\n\n/health 204\n/\n")).to.deep.equal([
      { path: "/api/v0/feed", status: 200, contentType: "application/json" },
      { path: "/health", status: 204 },
      { path: "/" },
    ]);
  });

  it("may be empty", () => {
    expect(routes("")).to.deep.equal([]);
  });

  for (const line of [
    "api/v0/feed",
    "/feed ok",
    "/feed 200 json",
    "/feed 999",
    "GET /feed",
    "/feed 200 a/b c",
  ]) {
    it(`refuses "${line}" and shows a right one`, () => {
      expect(() => routes(line))
        .to.throw(`one is "${line}"`)
        .with.property("message")
        .that.contains("/api/v0/feed 200");
    });
  }
});
