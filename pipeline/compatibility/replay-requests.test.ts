import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { replayRequests } from "./replay-requests.ts";
import { parseRequests } from "./requests.ts";

describe("kept requests that are sent", () => {
  let server: Server;
  const asked: string[] = [];
  before(async () => {
    server = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.setHeader("content-type", "application/json");
      if (url === "/refused") response.writeHead(422).end("{}");
      else response.end('{"id": 7}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());

  const replay = (text: string) =>
    replayRequests(
      parseRequests(text),
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      new AbortController().signal,
    );

  it("use what earlier answers had", async () => {
    await replay(`{"request": "POST /a", "keep": {"id": "/id"}}\n{"request": "GET /a/\${id}"}`);
    expect(asked.splice(0)).to.deep.equal(["POST /a", "GET /a/7"]);
  });

  it("are not sent where what they need was not in the answer: that shows nothing", async () => {
    const answers = await replay(
      `{"request": "POST /refused", "keep": {"id": "/id"}}\n{"request": "GET /a/\${id}"}`,
    );
    expect(asked.splice(0)).to.deep.equal(["POST /refused"]);
    expect(answers[1]).to.deep.equal({ status: 0, type: "", failure: 'no answer before it had "id"' });
  });
});
