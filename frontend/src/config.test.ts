import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { loadConfig, parseConfig } from "./config.ts";

describe("config.json", () => {
  const problemOf = (text: string, protocol = "http:"): string => {
    try {
      parseConfig(text, protocol);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("gives the API's address, however it ends", () => {
    for (const api of [
      "http://a.example",
      "http://a.example/",
      "http://a.example/api/v0",
      "http://a.example/api/v0/",
    ]) {
      expect(parseConfig(JSON.stringify({ api, later: true }), "http:")).to.deep.equal({
        api: "http://a.example",
      });
    }
  });

  it("is not waited for without end", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const failure = await loadConfig(`http://127.0.0.1:${port}/config.json`, 50).catch(
      (error: Error) => error,
    );
    silent.closeAllConnections();
    silent.close();
    expect(failure).to.have.property("message", "config.json cannot be reached");
  });

  it("says what is wrong with it", () => {
    expect(problemOf("<!doctype html>")).to.equal("config.json is not JSON");
    for (const text of ["null", "{}", '{"api":""}', '{"api":5}']) {
      expect(problemOf(text), text).to.equal('config.json has no "api" address');
    }
    for (const api of ["a.example/api", "javascript:alert(1)", "localhost:8080"]) {
      expect(problemOf(JSON.stringify({ api })), api).to.contain(
        `must be an http or https address, not "${api}"`,
      );
    }
    expect(problemOf('{"api":"http://a.example"}', "https:")).to.contain('browsers block "http://a.example"');
  });
});
