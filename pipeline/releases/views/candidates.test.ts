import { expect } from "chai";
import { cell, link } from "../../kit/markdown.ts";
import { attempt, id, run, start } from "./attempts-fixture.ts";
import { type Candidate, candidateLines, candidatesOf, candidateTable } from "./candidates.ts";

describe("release: candidates", () => {
  const attempts = [
    attempt({ seq: 5, release: "a", kind: "rollback", reason: "the feed is empty" }),
    attempt({ seq: 4, release: "c" }),
    attempt({ seq: 3, release: "x", outcome: "put-back" }),
    attempt({ seq: 2, release: "b" }),
    attempt({ seq: 1, release: "a" }),
  ];
  const now = new Date(start + 3 * 3600_000);

  it("are the releases that were verified live, each once, with what became of them", () => {
    const lines = candidateLines(candidatesOf(attempts), id("a"), now);
    expect(lines).to.deep.equal([
      "release                   age  API           outcome                         author  subject",
      `${id("a")}  2 h  aaaaaaaaaaaa  live now                        Ada     Subject a`,
      `${id("c")}  2 h  cccccccccccc  rolled back: the feed is empty  Ada     Subject c`,
      `${id("b")}  2 h  bbbbbbbbbbbb  was live                        Ada     Subject b`,
    ]);
  });

  it("keep the words of a commit that a repair does not know", () => {
    const repaired = attempt({ seq: 6, release: "a", kind: "repair", subject: "" });
    expect(candidatesOf([repaired, ...attempts])[0]).to.include({ seq: 6, subject: "Subject a" });
  });

  it("say how many more there are than shown", () => {
    expect(candidateLines(candidatesOf(attempts), id("a"), now, 1).at(-1)).to.equal("and 2 more");
  });

  it("from hostile commits stay in their row, without markup, mention, link or reference", () => {
    const subject =
      "| <img src=x> @everyone [x](javascript:1) #12 https://evil.example `$x$` \u202eabc\n# head";
    const [candidate] = candidatesOf([attempt({ seq: 1, release: "a", subject })]) as [Candidate];
    const rows = candidateTable([candidate], null, { now, run }).split("\n");
    expect(rows).to.have.length(3);
    const text = rows[2] ?? "";
    expect(text.match(/(?<!\\)\|/g)).to.have.length(7);
    expect(text).to.not.match(/<img|@everyone|\]\(javascript|(?<!&)#12|:\/\/evil|\$x|\u202e/);
    expect(text).to.contain("everyone").and.to.contain("evil.example");
  });
});

describe("release: text of strangers", () => {
  it("is shown as it was meant, as text", () => {
    expect(cell("a & b <c>  d\ne")).to.equal("a &amp; b &lt;c> d e");
    expect(link("x", "https://a.example/(b)|c")).to.equal("[x](https://a.example/%28b%29%7cc)");
  });
});
