import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { compareKeys, SortedKeys } from "../storage/sorted-keys.ts";
import { listKeys } from "./key-listing.ts";

const Bucket = "listing";

describe("S3 listings", () => {
  let aws: TestAws;
  let s3: S3Client;
  const keys = ["a", "b/1", "b/2", "b/c/3", "b/c/4", "b0", "c/", "ä", "\uFB01", "😀"];

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of keys.toReversed()) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  });
  after(() => aws.stop());

  const list = async (input: object = {}) => {
    const answer = await s3.send(new ListObjectsV2Command({ Bucket, ...input }));
    return {
      keys: (answer.Contents ?? []).map(({ Key }) => Key),
      prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      answer,
    };
  };

  it("lists in the order of UTF-8 bytes, with size, ETag and checksum algorithm", async () => {
    const { keys: listed, answer } = await list();
    expect(listed).deep.equal(keys);
    expect(answer.Contents?.[0]).deep.include({ Key: "a", Size: 1, ChecksumAlgorithm: ["CRC32"] });
    expect(answer).include({ KeyCount: 10, MaxKeys: 1000, IsTruncated: false, Name: Bucket });
  });

  it("groups by delimiter under a prefix", async () => {
    expect(await list({ Delimiter: "/" })).deep.include({
      keys: ["a", "b0", "ä", "\uFB01", "😀"],
      prefixes: ["b/", "c/"],
    });
    expect(await list({ Delimiter: "/", Prefix: "b/" })).deep.include({
      keys: ["b/1", "b/2"],
      prefixes: ["b/c/"],
    });
    expect(await list({ Prefix: "b/c" })).deep.include({ keys: ["b/c/3", "b/c/4"] });
    expect(await list({ Prefix: "none" })).deep.include({ keys: [], prefixes: [] });
  });

  it("starts after a key, also in the middle of a group", async () => {
    expect((await list({ StartAfter: "b/2" })).keys).deep.equal(keys.slice(3));
    expect((await list({ StartAfter: "b/1", Delimiter: "/" })).prefixes).deep.equal(["b/", "c/"]);
    expect((await list({ StartAfter: "b/zz" })).keys).deep.equal(keys.slice(5));
  });

  it("pages through keys and groups alike, each exactly once, whatever the page size", async () => {
    for (const size of [1, 2, 3, 7]) {
      const seen: string[] = [];
      const pages = paginateListObjectsV2({ client: s3, pageSize: size }, { Bucket, Delimiter: "/" });
      for await (const page of pages) {
        const entries = [
          ...(page.Contents ?? []).map(({ Key }) => Key as string),
          ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string),
        ];
        expect(page.KeyCount).equal(entries.length);
        expect(entries.length).at.most(size);
        seen.push(...entries);
      }
      expect(seen.toSorted(compareKeys)).deep.equal(["a", "b/", "b0", "c/", "ä", "\uFB01", "😀"]);
    }
  });

  it("pages with markers in the first version of the call", async () => {
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 2, Marker }));
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key as string),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string),
      );
      Marker = page.IsTruncated ? page.NextMarker : undefined;
    } while (Marker !== undefined);
    expect(seen.toSorted(compareKeys)).deep.equal(["a", "b/", "b0", "c/", "ä", "\uFB01", "😀"]);
  });

  it("encodes keys on request, so that any character survives XML", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "odd/\u0001 +%", Body: "x" }));
    const { keys: listed } = await list({ Prefix: "odd/", EncodingType: "url" });
    expect(listed).deep.equal(["odd/%01%20%2B%25"]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "odd/\u0001 +%" }));
  });

  it("answers nothing for max-keys 0 and refuses what is no number", async () => {
    expect((await list({ MaxKeys: 0 })).answer).include({ KeyCount: 0, IsTruncated: false });
    expect(await failure(list({ MaxKeys: -1 }))).include({ name: "InvalidArgument", status: 400 });
    expect(await failure(list({ ContinuationToken: "junk" }))).include({ name: "InvalidArgument" });
    expect(await failure(list({ Bucket: "no-such-bucket" }))).include({ name: "NoSuchBucket", status: 404 });
  });

  it("keeps keys in order through every insertion and removal", () => {
    const sorted = new SortedKeys();
    const model = new Set<string>();
    for (let step = 0; step < 6000; step++) {
      const key = `k${(step * 7919) % 3001}`;
      if (step % 3 === 2) {
        sorted.delete(key);
        model.delete(key);
      } else {
        sorted.add(key);
        model.add(key);
      }
    }
    const all = { prefix: "", delimiter: "", after: "", afterWholePrefix: false, maxKeys: 10_000 };
    expect(listKeys(sorted, all).keys).deep.equal([...model].sort());
    expect(sorted.length).equal(model.size);
  });

  it("takes time in proportion to the page, not to the bucket", () => {
    const [few, many] = [2000, 200_000].map((size) => {
      const keys = SortedKeys.of(Array.from({ length: size }, (_, index) => `d${index % 20}/${index}`));
      const started = process.cpuUsage();
      for (let page = 0; page < 500; page++) {
        const listing = listKeys(keys, {
          prefix: "",
          delimiter: "/",
          after: "",
          afterWholePrefix: false,
          maxKeys: 1000,
        });
        expect(listing.commonPrefixes).lengthOf(20);
      }
      return process.cpuUsage(started).user;
    });
    expect(many, "of a bucket that is a hundred times as large").below(10 * (few ?? 0));
  });
});
