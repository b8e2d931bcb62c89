import { expect } from "chai";
import { parseCommand } from "./workflow-command.ts";

describe("workflow command lines", () => {
  it("have a name, properties and a message", () => {
    expect(
      parseCommand("::error file=a.ts,line=3,title=Bad%2C very%3A%0Abad::it%25 broke%0Ahere"),
    ).to.deep.equal({
      name: "error",
      properties: { file: "a.ts", line: "3", title: "Bad, very:\nbad" },
      message: "it% broke\nhere",
    });
    expect(parseCommand("  ::endgroup::")).to.deep.equal({ name: "endgroup", properties: {}, message: "" });
    expect(parseCommand("::warning::a::b")?.message).to.equal("a::b");
  });

  for (const line of ["", "plain", "x ::error::no", "::error no end", "std::vector::push", "::"]) {
    it(`${JSON.stringify(line)} is none`, () => expect(parseCommand(line)).to.equal(undefined));
  }
});
