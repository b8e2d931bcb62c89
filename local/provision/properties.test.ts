import { expect } from "chai";
import type { LocalError } from "../errors.ts";
import { fillProperties, parseProperties } from "./properties.ts";

const filled = (text: string, facts = {}): Readonly<Record<string, string>> =>
  fillProperties(parseProperties("theirs.env", text), facts);

/** A reference, as it stands in the file. */
const to = (fact: string): string => `\${${fact}}`;

describe("properties of an app's environment", () => {
  it("are NAME=value lines, with comments, spaces and quotes as in other such files", () => {
    const text = `# about\n\nPLAIN=a b=c\r\n  SPACED = x \nQUOTED=" y "\nSINGLE='${to("secret")}'\nEMPTY=\nHALF="z\n`;
    expect(filled(text)).to.deep.equal({
      PLAIN: "a b=c",
      SPACED: "x",
      QUOTED: " y ",
      SINGLE: to("secret"),
      EMPTY: "",
      HALF: '"z',
    });
  });

  it("refer to what the stack knows, and wait for what it does not know yet", () => {
    const text = `LINK=${to("site.url")}/?api=${to("api.url")}\nSITE=${to("site.url")}\nPRICE=$5 $$\n`;
    const facts = { "site.url": "http://s" };
    expect(filled(text, facts)).to.deep.equal({ SITE: "http://s", PRICE: "$5 $$" });
    expect(filled(text, { ...facts, "api.url": "http://a$&" })).to.include({
      LINK: "http://s/?api=http://a$&",
    });
  });

  it("that are wrong are all named, by file and line, without what they say", () => {
    const text = `GOOD=1\nexport PASSWORD 123\nA=${to("databse.url")}\nGOOD=2\n1A=x\n`;
    let error: LocalError | undefined;
    try {
      parseProperties("theirs.env", text);
    } catch (caught) {
      error = caught as LocalError;
    }
    expect(error?.message.split("\n")).to.deep.equal([
      "theirs.env:2: is not NAME=value",
      `theirs.env:3: "A" refers to "${to("databse.url")}", which nothing here is called`,
      'theirs.env:4: "GOOD" is set on line 1 already',
      "theirs.env:5: is not NAME=value",
    ]);
    expect(error?.hint).to.contain("database.url").and.to.contain("bucket.media");
  });
});
