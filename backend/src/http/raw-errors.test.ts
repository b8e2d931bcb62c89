import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";

describe("what no route gets to see", () => {
  let api: TestApi;
  before(async () => {
    api = await startApi();
  });
  after(() => api.stop());

  async function send(request: string): Promise<{ status: number; body: unknown }> {
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(request);
    const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
    expect(head.toLowerCase()).to.contain("content-type: application/json");
    return { status: Number(head.split(" ")[1]), body: JSON.parse(body) };
  }

  it("is answered in JSON too: what is no HTTP, and a head that is too large", async () => {
    expect(await send("nonsense\r\n\r\n")).to.eql({
      status: 400,
      body: { message: "The request is malformed." },
    });
    const long = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`;
    expect(await send(long)).to.eql({
      status: 431,
      body: { message: "The head of the request is too large." },
    });
    expect(await send("GET / HTTP/1.1\r\n\r\n")).to.eql({
      status: 400,
      body: { message: "The request is malformed." },
    });
  });
});
