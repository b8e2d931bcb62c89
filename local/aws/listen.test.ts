import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { closeServer, listen, portOf } from "./listen.ts";

describe("every server of the local AWS", () => {
  it("refuses a request with two Host headers, whatever they say, and takes one of HTTP/1.0 with none", async () => {
    const server = await listen(0, "a test", (_request, response) => void response.end("served"));
    const ask = async (head: string) => {
      const socket = connect(portOf(server), "127.0.0.1");
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      return (await text(socket)).split(" ")[1];
    };
    try {
      expect(await ask("GET / HTTP/1.1\r\nHost: a")).to.equal("200");
      expect(await ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b")).to.equal("400");
      expect(await ask("GET / HTTP/1.1\r\nHost: a\r\nhost: a")).to.equal("400");
      expect(await ask("GET / HTTP/1.1")).to.equal("400");
      expect(await ask("GET / HTTP/1.0")).to.equal("200");
    } finally {
      await closeServer(server);
    }
  });
});
