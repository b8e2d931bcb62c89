import { expect } from "chai";
import fc from "fast-check";
import { type Page, type ReadPage, readListing, splitPoints } from "./listing.ts";
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
    const object = { etag: '"e"', bytes: 1, modifiedAt: new Date(0) };
    return {
      objects: shown.map((key) => ({ key, ...object })),
      ...(rest.length > size ? { next: shown.at(-1) as string } : {}),
    };
  };
  return { read, asked };
}

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
          expect([...(await readListing(read, Promise.resolve(splits), signal)).keys()]).to.have.members(
            keys,
          );
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
    const found = await readListing(read, Promise.resolve(["B", "a"]), signal);
    expect([...found.keys()]).to.have.members(keys);
  });

  it("reads 10,000 recorded keys in two round trips", async () => {
    const keys = Array.from({ length: 10_000 }, (_, n) => `page-${n}.html`);
    const { read, asked } = pagesOf(keys, 1000);
    const found = await readListing(read, Promise.resolve(splitPoints(keys)), signal);
    expect(found.size).to.equal(10_000);
    expect(asked).to.have.length(11);
    expect(asked.filter((from) => from === undefined)).to.have.length(1);
  });

  it("asks for no more than the first page of a site that shrank", async () => {
    const { read, asked } = pagesOf(["a"], 1000);
    const splits = splitPoints(Array.from({ length: 5000 }, (_, n) => `page-${n}`));
    expect((await readListing(read, Promise.resolve(splits), signal)).size).to.equal(1);
    expect(asked).to.have.length(1);
  });
});

describe("parsePage", () => {
  it("reads keys as they were written, without their prefix", () => {
    const contents = (key: string) =>
      `<Contents><Key>docs/${key}</Key><LastModified>2026-11-23T20:00:00.000Z</LastModified><ETag>&quot;ab&quot;</ETag><Size>7</Size><Owner><ID>x</ID></Owner></Contents>`;
    const xml = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>${contents("a&amp;b &lt;ü&gt;&#13;&#x1F600;")}${contents("z")}</ListBucketResult>`;
    const object = { etag: '"ab"', bytes: 7, modifiedAt: new Date("2026-11-23T20:00:00Z") };
    expect(parsePage(xml, "docs/")).to.deep.equal({
      objects: [
        { key: "a&b <ü>\r😀", ...object },
        { key: "z", ...object },
      ],
      next: "a&b",
    });
    expect(parsePage("<ListBucketResult/>", "")).to.deep.equal({ objects: [] });
  });
});
