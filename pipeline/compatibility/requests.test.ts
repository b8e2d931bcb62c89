import { expect } from "chai";
import { at, filledValue, parseRequests } from "./requests.ts";

describe("kept requests", () => {
  it("are read, with comments left out and names filled in", () => {
    const [first, second] = parseRequests(
      `# Ada\n{"request": "POST /a?b=1", "body": {"x": 1}, "keep": {"id": "/list/0/id"}}\n\n{"request": "GET /a/\${id}"}\n`,
    );
    expect(first).to.deep.include({ line: 2, method: "POST", path: "/a?b=1", body: { x: 1 } });
    expect(second?.line).to.equal(4);
    expect(at({ list: [{ id: 7 }] }, "/list/0/id")).to.equal(7);
    expect(at({ "a/b": { "~": 1 } }, "/a~1b/~0")).to.equal(1);
    expect(filledValue({ a: [`\${id}`] }, new Map([["id", "7"]]))).to.deep.equal({ a: ["7"] });
  });

  const wrong: readonly [line: string, why: RegExp][] = [
    ["GET /a", /^line 1 is no JSON;/],
    ['{"request": "get /a"}', /^line 1 needs "request": "<METHOD> <\/path>"/],
    ['{"request": "GET /a", "header": {}}', /has the field "header"; known are/],
    [`{"request": "GET /a/\${id}"}`, /uses "id", which no line before it keeps/],
    ['{"request": "GET /a", "keep": {"id": "id"}}', /needs JSON pointers/],
  ];
  for (const [line, why] of wrong)
    it(`refuses ${line}`, () => expect(() => parseRequests(line)).to.throw(why));
});
