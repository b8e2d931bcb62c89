import { expect } from "chai";
import fc from "fast-check";
import type { SiteRecord } from "../plan/site-record.ts";
import { parseRecord } from "./parse-record.ts";
import { formatRecord } from "./record-format.ts";

const text = fc.string({ unit: "binary", maxLength: 8 });
const file = fc.record(
  {
    sha256: text,
    bytes: fc.nat(),
    contentType: fc.constantFrom("text/html", "text/css"),
    cacheControl: fc.constantFrom("no-cache", "max-age=1"),
    redirect: fc.constantFrom("/a", "/b"),
  },
  { requiredKeys: ["sha256", "bytes", "contentType", "cacheControl"], noNullPrototype: true },
);
const object = fc
  .tuple(file, text, fc.option(fc.constant("2026-11-23T20:00:00.000Z"), { nil: undefined }))
  .map(([served, etag, since]) => ({ ...served, etag, ...(since ? { unreferencedSince: since } : {}) }));
const key = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
  fc.constantFrom("__proto__", "constructor"),
);
const keyed = <Value>(value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(key, value)).map((entries) => new Map(entries));
const record = fc.record(
  {
    site: fc.record({ bucket: text, prefix: text }, { noNullPrototype: true }),
    release: fc.option(text),
    config: fc.option(text),
    objects: keyed(object),
    unfinished: fc.record({
      by: text,
      at: text,
      objects: keyed(file),
    }),
    completed: fc.constant({ digest: "d".repeat(64) }),
  },
  { requiredKeys: ["site", "release", "config", "objects"] },
) as fc.Arbitrary<SiteRecord>;

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

describe("the text of a record", () => {
  it("is JSON, and reads back as it was written, however it arrives", async () => {
    await fc.assert(
      fc.asyncProperty(record, fc.integer({ min: 1, max: 300 }), async (written, size) => {
        const bytes = formatRecord(written);
        expect(JSON.parse(bytes.toString()).schema).to.equal(1);
        const read = await parseRecord(chunks(bytes, size));
        expect(read).to.deep.equal(written);
        expect(formatRecord(read).equals(bytes)).to.equal(true);
      }),
      { numRuns: 150 },
    );
  });

  it("has the form that earlier versions wrote", async () => {
    const file = { sha256: "1", bytes: 1, contentType: "text/html", cacheControl: "no-cache" };
    const old = { ...file, etag: '"e"', unreferencedSince: "2026-11-23T20:00:00.000Z" };
    const about = { site: { bucket: "b", prefix: "p/" }, release: "r1", config: null, distribution: "E1" };
    const rules = { entry: "index.html", errorDocument: "", protect: [], keepDays: 3 };
    const objects = new Map([["a", old]]);
    const unfinished = { by: "run 1", attempt: 1, at: "12:00", objects: new Map([["n", file]]) };
    const head =
      '"bucket":"b","prefix":"p/","release":"r1","config":null,"rules":{"entry":"index.html","errorDocument":"","protect":[],"keepDays":3},"distribution":"E1",';
    const rows =
      '"headers":[{"contentType":"text/html","cacheControl":"no-cache"}],\n"objects":[\n["a","1","\\"e\\"",1,0,"2026-11-23T20:00:00.000Z"]\n]';
    const texts: [SiteRecord, string][] = [
      [
        { ...about, rules, objects, completed: { digest: "d", until: "u" }, preconditions: { writes: true } },
        `{"schema":1,"settled":{"digest":"d","until":"u"},${head}"preconditions":{"writes":true},${rows}}\n`,
      ],
      [
        { ...about, rules, objects, stale: ["s"], unfinished },
        `{"schema":1,${head}"stale":["s"],${rows},\n"unfinished":{"by":"run 1","attempt":1,"at":"12:00",\n"objects":[\n["n","1",null,1,0]\n]}}\n`,
      ],
    ];
    for (const [written, text] of texts) {
      expect(formatRecord(written).toString()).to.equal(text);
      expect(await parseRecord(chunks(Buffer.from(text), 300))).to.deep.equal(written);
    }
  });

  it("is refused where it was cut off or is another's", async () => {
    const whole = formatRecord({
      site: { bucket: "b", prefix: "" },
      release: null,
      config: null,
      objects: new Map([["a", { sha256: "1", bytes: 1, contentType: "t", cacheControl: "c", etag: "e" }]]),
    });
    for (let length = 0; length < whole.length - 1; length += 1) {
      const outcome = await parseRecord(chunks(whole.subarray(0, length), 50)).then(
        () => "read",
        () => "refused",
      );
      expect(outcome, `the first ${length} bytes`).to.equal("refused");
    }
    for (const other of ["{}\n", '{"schema":2,"headers":[]}\n', "<html>\n", '{"schema":1}\n]}\n']) {
      await parseRecord(chunks(Buffer.from(other), 9)).then(
        () => expect.fail(`read ${other}`),
        () => undefined,
      );
    }
  });
});
