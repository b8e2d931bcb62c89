import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Api, ApiError, type Authority, SignedOutError } from "./api.ts";

const nobody: Authority = { token: () => undefined, renew: async () => undefined };

describe("the site's calls to the API", () => {
  let server: Server;
  let api: Api;
  let address: string;
  let answer: { status: number; body: unknown };
  /** The answer to requests with this token, in place of `answer`. */
  let accepted: { token: string; status: number; body: unknown } | undefined;
  const seen: { method?: string; url?: string; body: string }[] = [];

  before(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, url: request.url, body });
      const isAccepted = accepted && request.headers.authorization === `Bearer ${accepted.token}`;
      const { status, body: sent } = (isAccepted && accepted) || answer;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(sent === undefined ? undefined : JSON.stringify(sent));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    api = new Api(address, nobody);
  });
  after(() => server.close());

  it("gives up on an API that does not answer", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const patient = new Api(`http://127.0.0.1:${port}`, nobody, 50);
    const failure = await patient.feed(1).catch((error: unknown) => error);
    silent.closeAllConnections();
    silent.close();
    expect(failure).to.be.instanceOf(ApiError);
    expect((failure as ApiError).message).to.equal("The server does not answer. Try again in a moment.");
  });

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

  it("goes on with a renewed session, and stops without one", async () => {
    const tokens: (string | undefined)[] = ["new", undefined];
    const authority: Authority = { token: () => "old", renew: async () => tokens.shift() };
    const signedIn = new Api(address, authority);
    answer = { status: 401, body: { auth: false, message: "Failed to authenticate." } };
    accepted = { token: "new", status: 204, body: undefined };
    const before = seen.length;
    await signedIn.deletePost(1);
    expect(seen.length - before).to.equal(2);
    const refusal = await signedIn.deletePost(1).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(SignedOutError);
    expect(seen.length - before).to.equal(3);
  });

  it("does not take a proxy's page for an answer", async () => {
    for (const status of [200, 502]) {
      answer = { status, body: undefined };
      const refusal = await api.feed(12).catch((error: unknown) => error);
      expect((refusal as ApiError).message).to.contain(`(status ${status})`);
    }
  });

  it("says that the server cannot be reached when nothing answers", async () => {
    const nowhere = new Api("http://127.0.0.1:1", nobody);
    const refusal = await nowhere.feed(12).catch((error: unknown) => error);
    expect((refusal as ApiError).message).to.match(/cannot be reached/);
  });
});
