import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { expecting, type Page, type ReadPage, readListing } from "./listing.ts";
import { parsePage } from "./listing-page.ts";

const signal = new AbortController().signal;
const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Pages of `size` keys in the given order, as S3 makes them of a bucket. */
function pagesOf(keys: readonly string[], size: number, order: (a: string, b: string) => number = bytes) {
  const sorted = [...keys].sort(order);
  const asked: (string | undefined)[] = [];
  const read: ReadPage = async ({ startAfter, next }): Promise<Page> => {
    asked.push(startAfter);
    const after = next ?? startAfter;
    const rest = after === undefined ? sorted : sorted.filter((key) => order(key, after) > 0);
    const shown = rest.slice(0, size);
    const object = { etag: '"e"', bytes: 1, modifiedAt: 0 };
    return {
      objects: shown.map((key) => ({ key, ...object })),
      ...(rest.length > size ? { next: shown.at(-1) as string } : {}),
    };
  };
  return { read, asked };
}

/** What the record of these keys expects, where nothing is likely before it is read. */
const recorded = (keys: readonly string[], likely: readonly string[] = []) => ({
  likely,
  recorded: Promise.resolve(expecting(new Map(keys.map((key) => [key, { etag: '"e"' }])))),
});
/** As if the record had these keys, and many more between them. */
const splitAfter = (keys: readonly string[]) => ({
  likely: [],
  recorded: Promise.resolve({ splitAfter: keys, objects: new Map() }),
});
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `page-${n}.html`).sort();

describe("readListing", () => {
  it("finds every key, whatever it expected to find", async () => {
    const key = fc.string({ unit: "binary", minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key),
        fc.uniqueArray(key),
        fc.integer({ min: 1, max: 5 }),
        async (keys, expected, size) => {
          const { read } = pagesOf(keys, size);
          const splits = [...expected].sort((a, b) => bytes(a, b));
          const found = await readListing(read, splitAfter(splits), signal);
          expect([...found.keys()]).to.have.members(keys);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds every key of a server that has an order of its own", async () => {
    const keys = ["a", "B", "c", "D", "e", "F", "g"];
    const { read } = pagesOf(keys, 2, (a, b) =>
      a.toLowerCase() < b.toLowerCase() ? -1 : Number(a.toLowerCase() !== b.toLowerCase()),
    );
    const found = await readListing(read, splitAfter(["B", "a"]), signal);
    expect([...found.keys()]).to.have.members(keys);
  });

  it("finds every key, whatever was likely and whatever was recorded", async () => {
    const site = fc.record({
      from: fc.nat(3000),
      count: fc.nat(3000),
      every: fc.integer({ min: 1, max: 3 }),
    });
    const keysOf = ({ from, count, every }: { from: number; count: number; every: number }) =>
      Array.from({ length: count }, (_, n) => `page-${from + n * every}`).sort();
    await fc.assert(
      fc.asyncProperty(site, site, site, async (there, likely, record) => {
        const { read } = pagesOf(keysOf(there), 1000);
        const found = await readListing(read, recorded(keysOf(record), keysOf(likely)), signal);
        expect([...found.keys()].sort()).to.deep.equal(keysOf(there));
      }),
      { numRuns: 50 },
    );
  });

  /** Reads a listing, and counts the round trips: what is asked for at once shares one. */
  async function roundTrips(keys: readonly string[], expectation: Parameters<typeof readListing>[1]) {
    const { read, asked } = pagesOf(keys, 1000);
    let trips = 0;
    let sent: Promise<void> | undefined;
    const atOnce: ReadPage = async (from) => {
      sent ??= setImmediate().then(() => {
        trips += 1;
        sent = undefined;
      });
      await sent;
      return read(from);
    };
    const found = await readListing(atOnce, expectation, signal);
    expect(found.size).to.equal(keys.length);
    return { trips, pages: asked.length };
  }

  it("reads 10,000 recorded keys in two round trips", async () => {
    const keys = numbered(10_000);
    expect(await roundTrips(keys, recorded(keys))).to.deep.equal({ trips: 2, pages: 11 });
  });

  it("reads any number of recorded keys in two round trips", async () => {
    for (const count of [9001, 9900, 10_001, 10_500, 10_799]) {
      const keys = numbered(count);
      expect((await roundTrips(keys, recorded(keys))).trips, `${count} keys`).to.equal(2);
    }
  });

  it("reads 10,000 likely keys in one round trip, recorded or not", async () => {
    const keys = numbered(10_000);
    expect(await roundTrips(keys, recorded(keys, keys))).to.deep.equal({ trips: 1, pages: 11 });
    expect(await roundTrips(keys, recorded([], keys))).to.deep.equal({ trips: 1, pages: 11 });
  });

  it("reads 10,000 recorded keys of which few are likely in two round trips", async () => {
    const keys = numbered(10_000);
    expect(await roundTrips(keys, recorded(keys, keys.slice(0, 50)))).to.include({ trips: 2 });
  });

  it("asks for no more than the first page of a site that shrank", async () => {
    expect(await roundTrips(["a"], recorded(numbered(5000)))).to.deep.equal({ trips: 1, pages: 1 });
  });

  it("asks an empty bucket for no more than the pages that it asks for at once", async () => {
    expect(await roundTrips([], recorded([], numbered(100_000)))).to.deep.equal({ trips: 1, pages: 12 });
  });
});

async function* piecesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let start = 0; start < all.length; start += size) yield all.subarray(start, start + size);
}

describe("parsePage", () => {
  it("reads keys as they were written, without their prefix, however they arrive", async () => {
    const contents = (key: string) =>
      `<Contents><Key>docs/${key}</Key><LastModified>2026-11-23T20:00:00.000Z</LastModified><ETag>&quot;ab&quot;</ETag><Size>7</Size><Owner><ID>x</ID></Owner></Contents>`;
    const xml = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>${contents("a&amp;b &lt;ü&gt;&#13;&#x1F600;")}${contents("z")}</ListBucketResult>`;
    const object = { etag: '"ab"', bytes: 7, modifiedAt: Date.parse("2026-11-23T20:00:00Z") / 1000 };
    for (let size = 1; size < xml.length + 10; size += 7) {
      expect(await parsePage(piecesOf(xml, size), "docs/"), `in pieces of ${size}`).to.deep.equal({
        objects: [
          { key: "a&b <ü>\r😀", ...object },
          { key: "z", ...object },
        ],
        next: "a&b",
      });
    }
    expect(await parsePage(piecesOf("<ListBucketResult/>", 99), "")).to.deep.equal({ objects: [] });
  });
});
