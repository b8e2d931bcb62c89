import { expect } from "chai";
import type { SiteFile } from "../../bundle/manifest.ts";
import { maxDelete } from "./max-delete.ts";
import { file, immutable, now, observed, page, recorded, rules, wanted } from "./plan-fixture.ts";
import { planSite } from "./plan-site.ts";

type Refusal = [string, () => unknown, string, RegExp];

const one = { "index.html": page, "a.txt": file("old!") };

describe("planSite refuses", () => {
  const refusals: Refusal[] = [
    [
      "an empty source",
      () => planSite(wanted({}), observed(recorded(one)), rules, now),
      "SourceEmpty",
      /no files/,
    ],
    [
      "a site without its entry page",
      () => planSite(wanted({ "a.txt": file("a") }), observed(undefined), rules, now),
      "EntryPageMissing",
      /no "index.html"/,
    ],
    [
      "a key that S3 finds too long, with its prefix",
      () =>
        planSite(
          { ...wanted({ ...one, [`${"é".repeat(500)}`]: file("a") }), prefix: "docs/latest/of/everything/" },
          observed(undefined),
          rules,
          now,
        ),
      "InvalidKey",
      /makes a key of 1026 bytes, and S3 takes 1,024/,
    ],
    [
      "a name that is not UTF-8",
      () => planSite(wanted({ ...one, "caf\uFFFD.txt": file("a") }), observed(undefined), rules, now),
      "InvalidKey",
      /"caf\uFFFD.txt" is not UTF-8/,
    ],
    [
      "a name with a control character",
      () => planSite(wanted({ ...one, "a\n.txt": file("a") }), observed(undefined), rules, now),
      "InvalidKey",
      /"a\\n.txt" has a control character/,
    ],
    ...["\uFFFE", "\uFFFF", "\uD800"].map(
      (character): Refusal => [
        `a name that no XML can hold (${JSON.stringify(character)})`,
        () => planSite(wanted({ ...one, [`a${character}.txt`]: file("a") }), observed(undefined), rules, now),
        "InvalidKey",
        /has a character that S3 could not delete it by/,
      ],
    ),
    [
      "a file in the place of the record",
      () => planSite(wanted({ ...one, ".s3-sync/site.json": file("a") }), observed(undefined), rules, now),
      "InvalidKey",
      /is where records of syncs lie/,
    ],
    [
      "a content-named file with other bytes",
      () =>
        planSite(
          wanted({ "index.html": page, "app.js": file("two", { cacheControl: immutable }) }),
          observed(recorded({ "index.html": page, "app.js": file("one", { cacheControl: immutable }) })),
          rules,
          now,
        ),
      "AssetChanged",
      /"app.js" has other bytes/,
    ],
  ];
  for (const [name, act, code, message] of refusals) {
    it(name, () => {
      expect(act).to.throw(message).with.property("code", code);
    });
  }

  const limits: [string, number, boolean][] = [
    ["1", 2, true],
    ["2", 2, false],
    ["50%", 2, false],
    ["50%", 3, true],
    ["0", 1, true],
    ["100%", 3, false],
  ];
  for (const [limit, gone, refused] of limits) {
    it(`${refused ? "" : "not "}deleting ${gone} of 4 files with max-delete ${limit}`, () => {
      const files: Record<string, SiteFile> = { "index.html": page };
      for (let n = 1; n < 4; n++) files[`${n}.txt`] = file("x");
      const left = Object.fromEntries(Object.entries(files).slice(0, 4 - gone));
      const act = () =>
        planSite(wanted(left), observed(recorded(files)), { ...rules, maxDelete: maxDelete(limit) }, now);
      if (refused)
        expect(act)
          .to.throw(/would delete/)
          .with.property("code", "TooManyDeletes");
      else expect(act().deletes).to.have.length(gone);
    });
  }

  it("not new names for 8 of 9 pages, since no page would be missing", () => {
    const pages = (folder: string): Record<string, SiteFile> =>
      Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`${folder}/${n}.html`, file(`${folder}${n}`)]));
    const had = observed(recorded({ "index.html": page, ...pages("old") }));
    const half = { ...rules, maxDelete: maxDelete("50%") };
    const renamed = planSite(wanted({ "index.html": page, ...pages("new") }), had, half, now);
    expect(renamed.deletes).to.have.length(8);
    const counted = { ...rules, maxDelete: maxDelete("7") };
    expect(() => planSite(wanted({ "index.html": page, ...pages("new") }), had, counted, now)).to.throw(
      /would delete 8 files/,
    );
    expect(() => planSite(wanted({ "index.html": page }), had, half, now))
      .to.throw(/would delete 8 files/)
      .with.property("hint")
      .that.includes("`max-delete: 100%`");
  });

  it("does not count assets whose time is over against max-delete", () => {
    const aged = { ...file("a", { cacheControl: immutable }), unreferencedSince: "2026-10-01T00:00:00Z" };
    const site = observed(recorded({ "index.html": page, "a.js": aged, "b.js": aged, "c.js": aged }));
    const plan = planSite(wanted({ "index.html": page }), site, { ...rules, maxDelete: { count: 0 } }, now);
    expect(plan.deletes).to.have.length(3);
  });
});
