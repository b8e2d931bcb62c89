import { expect } from "chai";
import type { Manifest, MigrationEntry, SiteFile } from "../../bundle/manifest.ts";
import { budgets, overBudget } from "./budget.ts";
import { planRelease } from "./plan.ts";
import { planComment, planMarkdown } from "./summary.ts";

const view = {
  environment: "production",
  run: { url: "https://github.com/o/r/actions/runs/7" },
  now: new Date("2026-11-01T10:00:00Z"),
};

const file = (sha256: string, bytes: number): SiteFile => ({
  sha256,
  bytes,
  contentType: "text/html; charset=utf-8",
  cacheControl: "no-cache",
});

function manifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    schema: 2,
    id: "20261101T080000Z-aaaaaaa",
    commit: "a".repeat(40),
    committedAt: "2026-11-01T08:00:00Z",
    api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1_200_000, node: ">=24" },
    site: { files: { "index.html": file("1", 2000) } },
    migrations: [],
    ...changes,
  };
}

const migration = (name: string, phase: MigrationEntry["phase"], reversible = true): MigrationEntry => ({
  name,
  sha256: "1".repeat(64),
  ...(phase && { phase }),
  reversible,
  findings: [],
  ...(phase && {
    observed: { postgres: 16, file: name, derived: phase, creates: [], statements: [], findings: [] },
  }),
});

const next = (changes: Partial<Manifest>) =>
  planRelease(manifest({ id: "20261102T080000Z-bbbbbbb", ...changes }), manifest(), () => []);

describe("plan: sizes", () => {
  it("are shown for what is shipped, with their difference", () => {
    const plan = next({
      api: { version: "b".repeat(12), sha256: "b".repeat(64), bytes: 1_203_400, node: ">=24" },
      site: { files: { "index.html": file("2", 1500) } },
    });
    const text = planMarkdown(plan, view);
    expect(text).to.contain("| 1.2 MB (+3.4 kB) |").and.contain("| 1.5 kB (−500 B) |");
    expect(planMarkdown(next({}), view))
      .to.contain("| 2.0 kB |")
      .and.not.contain("(+");
  });

  it("over a budget are named", () => {
    const allowed = budgets("api 1.5 MB\n site 1 kB\n");
    expect(overBudget(next({}).tiers, allowed)).to.deep.equal([
      "site has 2.0 kB, more than its budget of 1.0 kB",
    ]);
    expect(() => budgets("site 500")).to.throw('one is "site 500"');
  });
});

describe("plan: the way back", () => {
  const wayBack = (...pending: readonly MigrationEntry[]): string =>
    planMarkdown(next({ migrations: pending }), view)
      .split("\n")
      .find((line) => line.startsWith("**Way back:**")) ?? "";

  for (const { what, pending, said } of [
    { what: "nothing", pending: [], said: /one can roll back to `20261101T080000Z-aaaaaaa`\.$/ },
    { what: "an expand", pending: [migration("1.js", "expand")], said: /its migrations stay applied\.$/ },
    {
      what: "a contract",
      pending: [migration("1.js", "contract")],
      said: /needs `schema: down`, which loses/,
    },
    {
      what: "a contract without a down",
      pending: [migration("1.js", "contract", false)],
      said: /none once it is live\. .*1\.js.* has no way back\.$/,
    },
    {
      what: "one that nobody saw",
      pending: [migration("1.js", undefined)],
      said: /^\*\*Way back:\*\* not checked/,
    },
  ]) {
    it(`after ${what}`, () => expect(wayBack(...pending)).to.match(said));
  }

  it("is not spoken of where nothing is live", () => {
    expect(
      planMarkdown(
        planRelease(manifest(), null, () => []),
        view,
      ),
    ).not.to.contain("Way back");
  });
});

describe("plan: a huge comment", () => {
  const names = Array.from(
    { length: 400 },
    (_, index) => `2026${index}-${"long-name-".repeat(12)}${index}.js`,
  );
  const files = Object.fromEntries(
    Array.from({ length: 900 }, (_, index) => [`assets/${"deep/".repeat(20)}${index}.js`, file("1", index)]),
  );
  const problems = names.map((name) => `migration "${name}" removes what the live release uses`);
  const huge = (why: readonly string[]) =>
    planRelease(
      manifest({
        id: "20261102T080000Z-bbbbbbb",
        site: { files },
        migrations: names.map((name) => migration(name, "expand")),
      }),
      manifest(),
      () => why,
    );

  for (const { what, plan } of [
    { what: "of long lists", plan: huge([]) },
    { what: "whose verdict alone is too long", plan: huge(problems) },
  ]) {
    it(`${what} stays under 60,000 characters, folds closed, no word cut, and says where the rest is`, () => {
      const whole = planMarkdown(plan, view);
      const text = planComment(plan, view);
      expect(whole.length).to.be.above(60_000);
      expect(text.length).to.be.below(60_000);
      expect(text.match(/<details/g) ?? []).to.have.length((text.match(/<\/details>/g) ?? []).length);
      const known = new Set(whole.split(/\s+/));
      const rest = "The rest is in the [job summary](https://github.com/o/r/actions/runs/7).";
      const added = new Set([...rest.split(" "), "…", "|", "more"]);
      const cut = text.split(/\s+/).filter((word) => word !== "" && !known.has(word) && !added.has(word));
      expect(cut.filter((word) => !/^\d+$/.test(word))).to.deep.equal([]);
    });
  }

  it("that has place is the whole", () => {
    expect(planComment(next({}), view)).to.equal(planMarkdown(next({}), view));
  });
});
