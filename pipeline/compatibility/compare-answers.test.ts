import { expect } from "chai";
import { breaksOf } from "./compare-answers.ts";
import type { Answer } from "./replay-requests.ts";

const json = (body: unknown, status = 200): Answer => ({ status, type: "application/json", json: body });
const none = new Set<string>();
const compare = (live: Answer, tried: Answer, again = live): readonly string[] =>
  breaksOf({ live, again, tried }, none);

describe("answers of a live release and of a new one", () => {
  const cases: readonly [what: string, live: Answer, tried: Answer, breaks: readonly string[]][] = [
    ["the same", json({ a: 1 }), json({ a: 1 }), []],
    ["more fields", json({ a: 1 }), json({ a: 1, b: 2 }), []],
    ["a field less", json({ a: 1, b: "x y" }), json({ a: 1 }), ['now lacks "b"']],
    ["all below a field that is gone, once", json({ a: { b: 1 } }), json({}), ['now lacks "a"']],
    ["another type", json({ a: 1 }), json({ a: "1" }), ['now has string in "a", before number']],
    ["null", json({ a: "x y" }), json({ a: null }), ['now has null in "a", before string']],
    ["another word", json([{ s: "on" }]), json([{ s: "yes" }]), ['now has "yes" in "[].s", before "on"']],
    ["another sentence", json({ m: "not here" }, 404), json({ m: "nothing here" }, 404), []],
    [
      "a field that one of two elements lacks",
      json([{ a: 1 }, { a: 1 }]),
      json([{ a: 1 }, {}]),
      ['now lacks "[].a"'],
    ],
    ["a field that only some elements had", json([{ a: "x y" }, {}]), json([{}, {}]), []],
    ["a list that is empty", json({ l: [1] }), json({ l: [] }), ['now has an empty list in "l"']],
    ["an error", json({}), json({}, 500), ["now answers 500, before 200"]],
    ["an error as before", json({}, 500), json({}, 502), []],
    ["a refusal that is none any more", json({}, 404), json({}), []],
    ["another refusal that clients treat alike", json({}, 400), json({}, 422), []],
    ["a login that was none", json({}, 404), json({}, 401), ["now answers 401, before 404"]],
    [
      "no answer",
      json({}),
      { status: 0, type: "", failure: "reset" },
      ["gets no answer now (reset), before 200"],
    ],
    [
      "a page",
      json({}),
      { status: 200, type: "text/html" },
      ['now answers with "text/html", before with "application/json"'],
    ],
  ];
  for (const [what, live, tried, breaks] of cases) {
    it(`${what}: ${breaks.length === 0 ? "no break" : breaks.join(", ")}`, () =>
      expect(compare(live, tried)).to.deep.equal(breaks));
  }

  it("what differs between two answers of the live release is no promise", () => {
    expect(
      compare(json({ id: 1, token: "a" }), json({ id: 1, token: "b" }), json({ id: 1, token: "c" })),
    ).to.deep.equal([]);
    expect(compare(json({ a: 1 }), json({}), json({}))).to.deep.equal([]);
  });

  it("what each release has for itself may differ", () => {
    const own = new Set(['"v1"', '"v2"']);
    const [live, tried] = [json({ version: "v1" }), json({ version: "v2" })];
    expect(breaksOf({ live, again: live, tried }, own)).to.deep.equal([]);
  });
});
