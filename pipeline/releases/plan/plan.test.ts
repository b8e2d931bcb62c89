import { expect } from "chai";
import fc from "fast-check";
import type { Manifest, SiteFile } from "../../bundle/manifest.ts";
import type { Tier } from "../store/keys.ts";
import { planRelease } from "./plan.ts";
import { isSafe, planMarkdown, planVerdict } from "./summary.ts";

const file = (sha256: string, cacheControl = "no-cache"): SiteFile => ({
  sha256,
  bytes: 100,
  contentType: "text/html; charset=utf-8",
  cacheControl,
});

function manifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    schema: 1,
    id: "20261101T080000Z-aaaaaaa",
    commit: "a".repeat(40),
    committedAt: "2026-11-01T08:00:00Z",
    api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1_200_000, node: ">=24" },
    site: { files: { "index.html": file("1") } },
    migrations: [],
    ...changes,
  };
}

const anyPhase = (): readonly string[] => [];

describe("plan: release against what is live", () => {
  const changed = (candidate: Manifest, live: Manifest | null): readonly string[] =>
    planRelease(candidate, live, anyPhase)
      .tiers.filter((tier) => tier.changed)
      .map(({ tier }) => tier);

  it("the same content under another id changes nothing that visitors notice", () => {
    const plan = planRelease(manifest({ id: "20261102T080000Z-bbbbbbb" }), manifest(), anyPhase);
    expect(plan.tiers.map((tier) => tier.changed)).to.deep.equal([false, false, false]);
    expect(planVerdict(plan)).to.match(/^No changes/);
  });

  it("a change of the site is of the site alone", () => {
    expect(changed(manifest({ site: { files: { "index.html": file("2") } } }), manifest())).to.deep.equal([
      "site",
    ]);
  });

  it("the first deploy changes API and site, and says so", () => {
    expect(changed(manifest(), null)).to.deep.equal(["api", "site"]);
    expect(planVerdict(planRelease(manifest(), null, anyPhase))).to.match(/^First deploy/);
  });

  it("names new, changed, re-headed and removed files", () => {
    const live = manifest({ site: { files: { a: file("1"), b: file("1"), c: file("1"), d: file("1") } } });
    const next = manifest({
      site: { files: { a: file("1"), b: file("2"), c: file("1", "max-age=1"), e: file("1") } },
    });
    expect(
      planRelease(next, live, anyPhase).files.map(({ key, change }) => `${change} ${key}`),
    ).to.deep.equal(["changed b", "headers c", "removed d", "new e"]);
  });

  it("an unsafe migration is the verdict", () => {
    const plan = planRelease(manifest(), manifest(), () => ["drop-name contracts too early"]);
    expect(planVerdict(plan)).to.equal("Not safe to go live: drop-name contracts too early");
    expect(isSafe(plan)).to.equal(false);
  });

  it("is not called safe where nobody knows what is live", () => {
    const plan = planRelease(manifest(), null, anyPhase);
    expect(isSafe(plan)).to.equal(true);
    expect(isSafe(plan, "access denied")).to.equal(false);
  });

  it("notes a migration that was changed after it went live", () => {
    const migration = (sha256: string) => ({
      name: "20261101T000000Z-users",
      sha256,
      phase: "expand" as const,
      reversible: true,
      findings: [],
    });
    const plan = planRelease(
      manifest({ migrations: [migration("2")] }),
      manifest({ migrations: [migration("1")] }),
      anyPhase,
    );
    expect(plan.migrations).to.deep.equal([]);
    expect(plan.notes.join()).to.contain("changed after it went live");
  });

  it("planning a release against itself plans nothing, whatever it holds", () => {
    const files = fc.dictionary(fc.string({ minLength: 1 }), fc.constantFrom(file("1"), file("2")));
    fc.assert(
      fc.property(files, (site) => {
        const one = manifest({ site: { files: site } });
        const plan = planRelease(one, one, anyPhase);
        expect(plan.files).to.deep.equal([]);
        expect(plan.tiers.some((tier) => tier.changed)).to.equal(false);
      }),
    );
  });
});

describe("plan: releases that do not have every tier", () => {
  const { api, site, migrations, ...about } = manifest({ schema: 2, id: "20261102T080000Z-bbbbbbb" });
  const lines = (candidate: Manifest, live: Manifest | null, mayDrop: readonly Tier[] = []) =>
    planRelease(candidate, live, anyPhase, mayDrop).tiers.map(
      ({ tier, changed, reason }) => `${tier} ${changed ? "changes" : "same"}: ${reason}`,
    );

  it("leave out what neither of the two has", () => {
    expect(lines({ ...about, ...(api && { api }) }, null)).to.deep.equal(["api changes: first deploy"]);
    const alone = { ...about, ...(site && { site }) };
    expect(lines(alone, alone)).to.deep.equal(["site same: same files; only release.json"]);
    const plan = planRelease({ ...about, migrations: [] }, null, anyPhase);
    expect(planMarkdown(plan, { environment: "p", run: { url: "" }, now: new Date(0) }))
      .to.contain("| schema | same |")
      .and.not.match(/undefined|0 files|API|site/);
  });

  it("say of a tier that is new that it is, and of what", () => {
    const before = { ...about, ...(site && { site }) };
    const after = { ...before, ...(api && { api }), migrations: [] };
    expect(lines(after, before)).to.deep.equal([
      `schema same: new: ${about.id} has no migrations; no pending migrations`,
      `api changes: new: ${about.id} has no API`,
      "site same: same files; only release.json",
    ]);
    expect(isSafe(planRelease(after, before, anyPhase))).to.equal(true);
  });

  it("are not safe where they stop having one, unless somebody said so", () => {
    const after = { ...about, ...(site && { site }) };
    const plan = planRelease(after, manifest(), anyPhase);
    expect(plan.dropped).to.deep.equal(["schema", "api"]);
    expect([isSafe(plan), planVerdict(plan)]).to.deep.equal([
      false,
      `Not safe to go live: release "${about.id}" has no migrations and no API, and the live release "${manifest().id}" has: what runs of it would stay as it is, and nobody would look after it`,
    ]);
    expect(isSafe(planRelease(after, manifest(), anyPhase, ["api"]))).to.equal(false);
    expect(isSafe(planRelease(after, manifest(), anyPhase, ["api", "schema"]))).to.equal(true);
    expect(lines(after, manifest(), ["api", "schema"])[1]).to.match(
      /^api same: dropped: this release has no API/,
    );
  });

  it("compare migrations of schema 1 and 2 as the same ones", () => {
    const one = { sha256: "1".repeat(64), phase: "expand", reversible: true, findings: [] } as const;
    const old = manifest({ migrations: [{ name: "20260101T000000Z-first", ...one }] });
    const next = { ...manifest({ schema: 2 }), migrations: [{ name: "20260101T000000Z-first.ts", ...one }] };
    const { migrations: pending, notes } = planRelease(next, old, anyPhase);
    expect([pending, notes]).to.deep.equal([[], []]);
  });

  it("say of a migration without a phase that it is unchecked", () => {
    const { phase: _, ...one } = { sha256: "1".repeat(64), phase: "", reversible: true, findings: [] };
    const next = { ...manifest({ schema: 2 }), migrations: [{ name: "2-add.js", ...one }] };
    const plan = planRelease(next, manifest(), anyPhase);
    expect(plan.tiers[0]?.reason).to.equal("1 pending migration: unchecked");
    expect(plan.notes.join()).to.contain("migration 2-add.js: not checked");
  });

  it("are called safe by no plan that nobody checked", () => {
    const { phase: _, ...one } = { sha256: "1".repeat(64), phase: "", reversible: true, findings: [] };
    const next = { ...manifest({ schema: 2 }), migrations: [{ name: "2-add.js", ...one }] };
    const plan = planRelease(next, manifest(), anyPhase);
    expect(planVerdict(plan)).to.match(
      /^Not checked whether it is safe: nobody saw what 2-add\.js does; changes schema/,
    );
    expect(isSafe(plan)).to.equal(false);
    expect(planVerdict(planRelease(next, null, anyPhase))).to.match(/^First deploy/);
  });
});

describe("plan: the comment", () => {
  const view = {
    environment: "production",
    run: { url: "https://github.com/o/r/actions/runs/7" },
    now: new Date("2026-11-01T10:00:00Z"),
  };
  it("puts the verdict first and folds the details", () => {
    const text = planMarkdown(planRelease(manifest(), null, anyPhase), view);
    expect(text.split("\n")[0]).to.equal("### First deploy: nothing is live there yet");
    expect(text).to.contain("<details><summary>1 site file, 100 B</summary>");
  });

  it("says so where nobody knows what is live, rather than that nothing is", () => {
    const plan = planRelease(manifest(), null, anyPhase);
    const text = planMarkdown(plan, { ...view, unknown: "the role may not read <it>" });
    expect(text.split("\n")[0]).to.equal("### Not compared: what is live there could not be read");
    expect(text)
      .to.contain("> This compares with nothing: the role may not read &lt;it>")
      .and.to.not.contain("### First deploy");
  });

  it("names the failing tests by line, before what would change", () => {
    const failures = [
      {
        name: "cart › adds | up",
        message: `2 is not 3 ${"x".repeat(500)}`,
        at: { file: "a.test.js", line: 3 },
      },
    ];
    const failing = [{ suite: "api", problem: 'suite "api" failed: @npm test', failures }];
    const text = planMarkdown(
      planRelease(manifest(), null, () => ["tests fail (Test api)"]),
      { ...view, failing },
    );
    expect(text.split("\n")[0]).to.equal("### Not safe to go live: tests fail (Test api)");
    expect(text)
      .to.match(/^> suite "api" failed: &#64;&#8203;npm test$/m)
      .and.match(/\| cart › adds &#124; up \| `a\.test\.js:3` \| 2 is not 3 x+… \|/);
    expect(text.indexOf("a.test.js:3")).to.be.below(text.indexOf("| tier |"));
  });

  it("says where the migrations were replayed on another PostgreSQL than the database has", () => {
    const observed = {
      postgres: 16,
      file: "",
      derived: "expand",
      creates: [],
      statements: [],
      findings: [],
    } as const;
    const one = { name: "2-add.js", sha256: "1".repeat(64), reversible: true, findings: [], observed };
    const plan = planRelease({ ...manifest({ schema: 2 }), migrations: [one] }, manifest(), anyPhase);
    const state = { schema: 1, at: "", tables: {}, isWhole: true } as const;
    const wrong = planMarkdown(plan, { ...view, state: { ...state, postgres: 15 } });
    expect(wrong).to.contain(
      "replayed on PostgreSQL 16, and the database has 15: give `postgres-version: 15`",
    );
    expect(planMarkdown(plan, { ...view, state: { ...state, postgres: 16 } })).not.to.contain(
      "replayed on PostgreSQL 16, and",
    );
    expect(planVerdict(plan)).to.equal("Safe to go live: changes schema");
  });

  it("refuses to take back the newest contract migration, whose commit was reverted; old ones may be cleared away", () => {
    const one = { sha256: "1".repeat(64), reversible: true, findings: [] } as const;
    const made = { ...one, name: "20260101090000-make.js", phase: "expand" } as const;
    const removed = { ...one, name: "20260201090000-remove.js", phase: "contract" } as const;
    const later = { ...one, name: "20260301090000-later.js", phase: "expand" } as const;
    const problems = (candidate: Manifest["migrations"], live: Manifest["migrations"]) =>
      planRelease(
        manifest({ migrations: candidate ?? [] }),
        manifest({ migrations: live ?? [] }),
        anyPhase,
      ).problems.join();
    expect(problems([made], [made, removed])).to.contain(`"${removed.name}" (contract) is live and not in`);
    expect(problems([made, later], [made, removed])).to.equal("");
    expect(problems([made], [made, { ...removed, phase: "expand" }])).to.equal("");
  });

  it("tells who stops pushes, and what one could go back to", () => {
    const freeze = {
      schema: 1,
      by: "bob",
      reason: "empty | feed",
      since: "",
      run: { id: 1, attempt: 1, url: "" },
    } as const;
    const candidate = {
      releaseId: "20261101T080000Z-aaaaaaa",
      commit: "a".repeat(40),
      apiVersion: "b".repeat(12),
      subject: "Newest photo first",
      author: "Ada",
      by: "ada",
      liveAt: "2026-11-01T08:00:00Z",
      seq: 1,
      previousReleaseId: null,
      replacedBy: null,
    };
    const condition = { open: null, whole: "no", seen: "" } as const;
    const overview = { ...condition, live: null, freeze, candidates: [candidate] };
    const text = planMarkdown(planRelease(manifest(), null, anyPhase), { ...view, overview });
    expect(text).to.contain("> **production is frozen** by bob (empty &#124; feed)");
    expect(text).to.match(
      /\| \[`20261101T080000Z-aaaaaaa`\]\(.*\/commit\/a{40}\) \| 2\u00a0h \| was live \| Newest photo first \| Ada \|/,
    );
  });

  it("shows hostile names as text: no mention, no markup, no broken table", () => {
    const files = { "x`|<img src=1>@everyone": file("1") };
    const text = planMarkdown(planRelease(manifest({ site: { files } }), null, anyPhase), view);
    const row = text.split("\n").find((line) => line.includes("everyone")) ?? "";
    expect(row).to.equal("| `x'\\|<img src=1>@everyone` | new | 100 B |");
  });
});
