import { expect } from "chai";
import { parseConfig } from "./config.ts";

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
