import { expect } from "chai";
import fc from "fast-check";
import type { SiteFile } from "../../bundle/manifest.ts";
import type { ObservedSite } from "./observed-site.ts";
import { file, immutable, now, observed, page, recorded, rules, summary, wanted } from "./plan-fixture.ts";
import { planSite } from "./plan-site.ts";
import { isEmpty, type SitePlan } from "./site-plan.ts";
import type { SiteRecord } from "./site-record.ts";
import { recordedRules } from "./site-rules.ts";

describe("planSite", () => {
  it("writes assets before pages, the entry after them and release.json last", () => {
    const plan = planSite(
      wanted(
        {
          "release.json": file("r"),
          "config.json": file("c"),
          "index.html": page,
          "about.html": page,
          "robots.txt": file("robots"),
          "app-1a2b3c4d.js": file("app", { cacheControl: immutable }),
        },
        "r1",
      ),
      observed(undefined),
      rules,
      now,
    );
    expect(summary(plan)).to.deep.equal([
      "assets app-1a2b3c4d.js source: new",
      "files robots.txt source: new",
      "pages about.html source: new",
      "config config.json source: new",
      "entry index.html source: new",
      "release release.json source: new",
    ]);
  });

  const one = { "index.html": page, "a.txt": file("old!") };
  const young = { etag: '"old!"', bytes: 4, modifiedAt: Date.parse("2026-11-21T00:00:00Z") / 1000 };
  const huge = (cacheControl: string) => file("huge", { bytes: 5 * 1024 ** 3 + 1, cacheControl });
  const rows: [string, Record<string, SiteFile>, ObservedSite, string[]][] = [
    ["nothing when all is as recorded", one, observed(recorded(one)), []],
    [
      "a file of the same size with other bytes",
      { ...one, "a.txt": file("new!") },
      observed(recorded(one)),
      ["files a.txt source: content differs"],
    ],
    [
      "other headers without sending the bytes again",
      { ...one, "a.txt": file("old!", { cacheControl: "no-store" }) },
      observed(recorded(one)),
      ["files a.txt itself: headers differ"],
    ],
    [
      "other headers of what S3 does not copy, by sending it",
      { ...one, "a.txt": huge("no-store") },
      observed(recorded({ ...one, "a.txt": huge("no-cache") })),
      ["files a.txt source: headers differ"],
    ],
    [
      "a file that vanished from the bucket",
      one,
      observed(recorded(one), { "a.txt": null }),
      ["files a.txt source: gone from the bucket"],
    ],
    [
      "a file that somebody changed by hand",
      one,
      observed(recorded(one), { "a.txt": { ...young, etag: '"hand"' } }),
      ["files a.txt source: changed by another hand"],
    ],
    [
      "a file rewritten by hand with the same bytes",
      one,
      observed(recorded(one), { "a.txt": young }),
      ["files a.txt source: changed by another hand"],
    ],
    [
      "a file that lay in the bucket before the first sync",
      one,
      observed(recorded({ "index.html": page }), { "a.txt": young }),
      ["files a.txt source: in the bucket, not ours"],
    ],
    [
      "the deletion of a page that is gone",
      { "index.html": page },
      observed(recorded(one)),
      ["delete a.txt: no longer part of the site"],
    ],
    [
      "nothing for an object of ours that somebody replaced and that we no longer want",
      { "index.html": page },
      observed(recorded(one), { "a.txt": { ...young, etag: '"hand"' } }),
      [],
    ],
    [
      "nothing for objects that are not ours",
      { "index.html": page },
      observed(recorded({ "index.html": page }), { "upload.png": young }),
      [],
    ],
  ];
  for (const [name, files, site, expected] of rows) {
    it(`plans ${name}`, () => {
      expect(summary(planSite(wanted(files), site, rules, now))).to.deep.equal(expected);
    });
  }

  it("takes keys that only S3 tells apart, and a redirect beside its folder", () => {
    const files = {
      "index.html": page,
      "A.txt": file("A"),
      "a.txt": file("a"),
      docs: file("", { redirect: "/docs/" }),
      "docs/index.html": page,
    };
    const plan = planSite(wanted(files), observed(undefined), rules, now);
    expect(plan.puts.map(({ key }) => key)).to.have.members(Object.keys(files));
  });

  it("adopts an object that is right though no record knows it", () => {
    const site = observed(undefined, { "index.html": { ...young, bytes: 4 } });
    const inspected = new Map([["index.html", page]]);
    const plan = planSite(wanted({ "index.html": page }), { ...site, inspected }, rules, now);
    expect(summary(plan)).to.deep.equal([]);
    expect(plan.objects.get("index.html")?.etag).to.equal('"old!"');
    expect(isEmpty(plan)).to.equal(false);
  });

  it("looks again at what an unfinished sync may have given other headers", () => {
    const record = {
      ...recorded(one),
      unfinished: { by: "run 7", at: "", objects: new Map([["a.txt", file("old!")]]) },
    };
    expect(summary(planSite(wanted(one), observed(record), rules, now))).to.deep.equal([
      "files a.txt source: left by an unfinished sync",
    ]);
  });

  it("deletes what an unfinished sync put there and nobody wants", () => {
    const record = {
      ...recorded({ "index.html": page }),
      unfinished: { by: "run 7", at: "", objects: new Map([["new.html", page]]) },
    };
    const site = observed(record, { "new.html": young });
    const plan = (inspected: ObservedSite["inspected"]) =>
      summary(planSite(wanted({ "index.html": page }), { ...site, inspected }, rules, now));
    expect(plan(new Map([["new.html", page]]))).to.deep.equal([
      "delete new.html: no longer part of the site",
    ]);
    expect(plan(new Map([["new.html", file("own")]])), "an object of somebody else").to.deep.equal([]);
  });

  it("keeps assets that open pages may still ask for until keep-days are over", () => {
    const asset = file("asset", { cacheControl: immutable });
    const site = observed(
      recorded({
        "index.html": page,
        "now.1.js": asset,
        "young.js": { ...asset, unreferencedSince: "2026-11-20T00:00:00Z" },
        "aged.js": { ...asset, unreferencedSince: "2026-11-01T00:00:00Z" },
      }),
    );
    const plan = planSite(wanted({ "index.html": page }), site, rules, now);
    expect(summary(plan)).to.deep.equal([
      "delete aged.js: unused since 2026-11-01",
      "keep now.1.js",
      "keep young.js",
    ]);
    expect(plan.objects.get("now.1.js")?.unreferencedSince).to.equal(now.toISOString());
  });

  it("keeps what may be an asset by its name, though it was not cached as one", () => {
    const files = {
      "app-59739099.js": file("app"),
      "report-20261101.pdf": file("report"),
      "old.txt": file("old"),
    };
    const plan = planSite(
      wanted({ "index.html": page }),
      observed(recorded({ "index.html": page, ...files })),
      rules,
      now,
    );
    expect(summary(plan)).to.deep.equal([
      "delete old.txt: no longer part of the site",
      "delete report-20261101.pdf: no longer part of the site",
      "keep app-59739099.js",
    ]);
  });

  it("keeps assets, however old, that a release which can be restored names", () => {
    const aged = { ...file("asset", { cacheControl: immutable }), unreferencedSince: "2026-10-01T00:00:00Z" };
    const site = observed(recorded({ "index.html": page, "needed.js": aged, "old.js": aged }));
    const isStillNamed = (key: string) => key === "needed.js";
    const plan = planSite(wanted({ "index.html": page }), { ...site, isStillNamed }, rules, now);
    expect(summary(plan)).to.deep.equal(["delete old.js: unused since 2026-10-01", "keep needed.js"]);
    expect(plan.objects.get("needed.js")?.unreferencedSince, "asked again after keep-days").to.equal(
      now.toISOString(),
    );
  });

  it("knows what caches may have as it was", () => {
    const asset = file("asset", { cacheControl: immutable });
    const record = recorded({ ...one, "app.js": asset, "gone.txt": file("g"), "gone.js": asset });
    const before = {
      ...record,
      stale: ["earlier.html"],
      unfinished: { by: "", at: "", objects: new Map([["half.html", page]]) },
    };
    const want = wanted({
      ...one,
      "a.txt": file("new!"),
      "app.js": asset,
      "new.html": page,
      "new.js": asset,
    });
    expect(planSite(want, observed(before), rules, now).stale).to.deep.equal([
      "a.txt",
      "earlier.html",
      "gone.txt",
      "half.html",
      "new.html",
    ]);
  });

  it("never deletes what is protected", () => {
    const site = observed(recorded({ ...one, "old/b.txt": file("b") }));
    const plan = planSite(wanted({ "index.html": page }), site, { ...rules, protect: ["old/**"] }, now);
    expect(summary(plan)).to.deep.equal(["delete a.txt: no longer part of the site"]);
  });

  it("plans nothing after it was applied, whatever was there before", () => {
    const keys = fc.constantFrom("a.txt", "b.css", "c/d.js", "e.html");
    const content = fc.constantFrom("one", "two", "six");
    const headers = fc.constantFrom({}, { cacheControl: "max-age=60" }, { redirect: "/elsewhere" });
    const mutable = fc.tuple(content, headers).map(([text, some]) => file(text, some));
    const assets = fc.subarray(["one", "two", "six"]).map((texts) => {
      const named = texts.map((text) => [`app-${text}.js`, file(text, { cacheControl: immutable })] as const);
      return Object.fromEntries(named);
    });
    const files = fc
      .tuple(fc.dictionary(keys, mutable), assets)
      .map(([some, named]) => ({ ...some, ...named, "index.html": page }));
    const listed = content.map((text) => ({ etag: `"${text}"`, bytes: 3, modifiedAt: 0 }));
    const records = fc.tuple(files, fc.option(files), fc.boolean()).map(([had, begun, wasStale]) => ({
      ...recorded(had),
      ...(begun === null
        ? {}
        : { unfinished: { by: "run 7", at: "", objects: new Map(Object.entries(begun)) } }),
      ...(wasStale ? { stale: ["a.txt"] } : {}),
    }));
    fc.assert(
      fc.property(files, fc.option(records), fc.dictionary(keys, listed), (want, record, lying) => {
        const before = observed(record ?? undefined, lying);
        const plan = planSite(wanted(want), before, rules, now);
        const after = planSite(wanted(want), applied(plan, before), rules, now);
        expect(summary(after)).to.deep.equal(plan.kept.map((key) => `keep ${key}`));
        expect(isEmpty(after)).to.equal(true);
        expect(after.stale).to.deep.equal([]);
      }),
    );
  });
});

/** The bucket and the record after a sync that did what the plan says. */
function applied(plan: SitePlan, before: ObservedSite): ObservedSite {
  const deleted = new Set(plan.deletes.map(({ key }) => key));
  const objects = new Map([...plan.objects].filter(([key]) => !deleted.has(key)));
  for (const { key, file: put } of plan.puts) objects.set(key, { ...put, etag: `"${put.sha256}"` });
  const record: SiteRecord = {
    site: { bucket: "b", prefix: "" },
    release: null,
    config: null,
    rules: recordedRules(rules),
    objects,
  };
  const listing = observed(record).objects;
  const foreign = [...before.objects].filter(([key]) => !listing.has(key) && !deleted.has(key));
  return { ...observed(record), objects: new Map([...foreign, ...listing]) };
}
