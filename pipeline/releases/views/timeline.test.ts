import { expect } from "chai";
import { at, attempt } from "./attempts-fixture.ts";
import { timelineMarkdown, timelineOf } from "./timeline.ts";

describe("release: the timeline", () => {
  it("ends a tier where the ledger says that the next thing began", () => {
    const live = attempt({
      seq: 2,
      release: "b",
      moved: [
        ["schema", 1],
        ["api", 2.5],
        ["site", 6],
      ],
      since: 7,
      over: 7.4,
    });
    expect(timelineOf(live).map(({ row, label, mark }) => `${row}: ${label} ${mark}`)).to.deep.equal([
      "schema: moved 1.5 s done",
      "api: moved 3.5 s done",
      "site: moved 1.0 s done",
      "verify: verified 0.4 s done",
    ]);
    expect(timelineMarkdown(timelineOf(live)).split("\n")).to.include.members([
      "  section api",
      "  moved 3.5 s :done, 00:00:01.500, 00:00:05.000",
    ]);
  });

  it("marks where it failed, then what was put back", () => {
    const restored = [{ tier: "api", outcome: "restored", note: "", from: at(8), until: at(9) }] as const;
    const failed = {
      seq: 2,
      release: "b",
      outcome: "put-back",
      moved: [["api", 1]],
      restored,
      over: 10,
    } as const;
    const shown = (since: number): readonly string[] =>
      timelineOf(attempt({ ...failed, since })).map(({ label, mark }) => `${label} ${mark}`);
    expect(shown(8)).to.deep.equal([
      "moved 7.0 s crit",
      "restored 1.0 s active",
      "verified again 1.0 s done",
    ]);
    expect(shown(3)).to.deep.equal([
      "moved 2.0 s done",
      "not verified 5.0 s crit",
      "restored 1.0 s active",
      "verified again 1.0 s done",
    ]);
  });

  it("never runs backwards, whatever two machines' clocks say", () => {
    const skewed = attempt({ seq: 2, release: "b", moved: [["site", 5]], since: 3, over: 2 });
    for (const { from, until } of timelineOf(skewed)) expect(until).to.be.at.least(from);
  });

  it("is left out where nothing moved", () => {
    expect(timelineMarkdown(timelineOf(attempt({ seq: 2, release: "b" })))).to.equal("");
  });
});
