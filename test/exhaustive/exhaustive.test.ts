import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chooseCases } from "./choose-cases.ts";
import type { FaultArea } from "./fault-area.ts";
import { reliabilityReport } from "./reliability-report.ts";
import { Results } from "./results.ts";
import { runArea } from "./run-area.ts";

describe("the exhaustive runner", () => {
  const folder = mkdtempSync(join(tmpdir(), "exhaustive-"));
  after(() => rmSync(folder, { recursive: true }));

  const ran: string[] = [];
  const broken = new Set(["deploy:b:fail"]);
  const ids = ["deploy:a:fail", "deploy:b:fail", "rollback:a:kill"];
  const area: FaultArea = {
    name: "demo",
    promise: "Nothing breaks.",
    open: async () => ({
      cases: ids.map((id) => ({
        id,
        run: async () => {
          ran.push(id);
          if (broken.has(id)) throw new Error("two releases are live");
        },
      })),
      close: async () => {},
    }),
  };
  const file = join(folder, "results.ndjson");
  const go = (commit: string) =>
    runArea(area, {
      wish: { seed: 1 },
      results: new Results(file, commit),
      resume: true,
      isOver: () => false,
      say: () => {},
    });

  it("goes on where it was stopped, and tries again what failed; another commit starts anew", async () => {
    expect(await go("c1")).to.deep.equal(["deploy:b:fail"]);
    writeFileSync(file, `${readFileSync(file, "utf8")}\n{"torn`);
    ran.length = 0;
    await go("c1");
    expect(ran).to.deep.equal(["deploy:b:fail"]);
    ran.length = 0;
    await go("c2");
    expect(ran).to.deep.equal(ids);
  });

  it("takes the same sample for the same seed, in order", () => {
    const cases = Array.from({ length: 50 }, (_, index) => ({ id: String(index), run: async () => {} }));
    const taken = (seed: number) => chooseCases(cases, { sample: 5, seed }).map(({ id }) => Number(id));
    expect(taken(3)).to.have.length(5);
    expect(taken(3))
      .to.deep.equal(taken(3))
      .and.to.deep.equal([...taken(3)].sort((a, b) => a - b));
    expect(taken(3)).to.not.deep.equal(taken(4));
  });

  it("reports failures with their ids, and what was not run", async () => {
    await go("c3");
    const results = new Results(file, "c3").list("demo");
    const { name, promise } = area;
    const text = reliabilityReport({ date: "2026-11-23", commit: "c3", cores: 2, node: "24" }, [
      { name, promise, ids: [...ids, "deploy:c:fail"], results },
    ]);
    expect(text).to.contain("| demo | 4 | 3 | 1 | 1 |");
    expect(text).to.contain("- `deploy:b:fail`: two releases are live");
    expect(text).to.contain("| deploy | fail | 3 | 2 | 1 |");
    expect(text).to.contain("Not run: 1 of 4");
  });
});
