import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Api, ApiError } from "./api.ts";

describe("the site's calls to the API", () => {
  let server: Server;
  let api: Api;
  let answer: { status: number; body: unknown };
  const seen: { method?: string; url?: string; body: string }[] = [];

  before(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, url: request.url, body });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    api = new Api(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  after(() => server.close());

  it("registers under the contract's path and keeps the token", async () => {
    answer = { status: 201, body: { token: "t1", user: { email: "a@b.example" } } };
    expect(await api.register("a@b.example", "secret")).to.deep.equal({ email: "a@b.example", token: "t1" });
    expect(seen.at(-1)).to.deep.equal({
      method: "POST",
      url: "/api/v0/users/auth",
      body: '{"email":"a@b.example","password":"secret"}',
    });
  });

  it("shows the server's own message for a refusal", async () => {
    answer = { status: 401, body: { auth: false, message: "Password was invalid." } };
    const refusal = await api.logIn("a@b.example", "wrong").catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ApiError);
    expect(refusal).to.include({ status: 401, message: "Password was invalid." });
  });

  it("says that the server cannot be reached when nothing answers", async () => {
    const nowhere = new Api("http://127.0.0.1:1");
    const refusal = await nowhere.feed().catch((error: unknown) => error);
    expect((refusal as ApiError).message).to.match(/cannot be reached/);
  });
});
