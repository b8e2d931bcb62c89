import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";

describe("versions of objects", () => {
  let aws: TestAws;
  let s3: S3Client;
  let Bucket: string;
  let count = 0;

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
  });
  after(() => aws.stop());
  beforeEach(() => {
    Bucket = `versions-${count++}`;
    aws.server.provisionBucket({ name: Bucket });
  });

  const versioning = (Status: "Enabled" | "Suspended") =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const put = async (Key: string, Body: string) =>
    (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
  const read = async (Key: string, VersionId?: string) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
  const remove = (Key: string, VersionId?: string) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  const list = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]);
  };

  it("are none until they are switched on, and are kept from then on", async () => {
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal(undefined);
    expect(await put("a", "old")).to.equal(undefined);
    expect(await list()).to.eql([["a", "null", true]]);
    await versioning("Enabled");
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).to.equal("Enabled");
    const id = await put("a", "new");
    expect(id).to.match(/^[\w-]{32}$/);
    expect([await read("a"), await read("a", "null"), await read("a", id)]).to.eql(["new", "old", "new"]);
    expect(await list()).to.eql([
      ["a", id, true],
      ["a", "null", false],
    ]);
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))).VersionId).to.equal(id);
  });

  it("stay below a marker when the object is deleted, and come back when that goes", async () => {
    await versioning("Enabled");
    const id = await put("a", "text");
    const marked = await remove("a");
    expect(marked.DeleteMarker).to.equal(true);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).to.equal(0);
    const gone = await fetch(await presigned("a"));
    expect([
      gone.status,
      gone.headers.get("x-amz-delete-marker"),
      gone.headers.get("x-amz-version-id"),
    ]).to.eql([404, "true", marked.VersionId ?? ""]);
    expect(await read("a", id)).to.equal("text");
    expect(await failure(read("a", marked.VersionId))).to.include({ name: "MethodNotAllowed", status: 405 });
    const unmarked = await remove("a", marked.VersionId);
    expect([unmarked.DeleteMarker, unmarked.VersionId]).to.eql([true, marked.VersionId]);
    expect(await read("a")).to.equal("text");
    expect((await remove("never there")).DeleteMarker).to.equal(true);
  });

  const presigned = async (Key: string) => {
    const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
    return await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
  };

  it("are deleted for good one by one, many at once, and only then the bucket", async () => {
    await versioning("Enabled");
    const [first, second] = [await put("a", "1"), await put("a", "2")];
    await remove("a", second);
    expect(await read("a")).to.equal("1");
    expect(await failure(read("a", second))).to.include({ name: "NoSuchVersion", status: 404 });
    const { Deleted = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: "a" }, { Key: "b", VersionId: "null" }] },
      }),
    );
    const [marker] = Deleted;
    expect(marker).to.include({ Key: "a", DeleteMarker: true });
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket })))).to.include({
      name: "BucketNotEmpty",
    });
    const Objects = [
      { Key: "a", VersionId: first },
      { Key: "a", VersionId: marker?.DeleteMarkerVersionId },
    ];
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(await list()).to.eql([]);
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });

  it("when suspended have one more, null, that is written over", async () => {
    await versioning("Enabled");
    const id = await put("a", "kept");
    await versioning("Suspended");
    await put("a", "null 1");
    await put("a", "null 2");
    expect(await list()).to.eql([
      ["a", "null", true],
      ["a", id, false],
    ]);
    const { VersionId } = await remove("a");
    expect(VersionId).to.equal("null");
    expect(await list()).to.eql([
      ["a", id, false],
      ["a", "null", true],
    ]);
    expect(await read("a", id)).to.equal("kept");
  });

  it("are sources of copies, and that is how one goes back to one", async () => {
    await versioning("Enabled");
    const id = await put("a", "before");
    await put("a", "after");
    const CopySource = `${Bucket}/a?versionId=${id}`;
    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: "a", CopySource }));
    expect(copied.CopySourceVersionId).to.equal(id);
    expect([await read("a"), (await list()).length]).to.eql(["before", 3]);
  });

  it("are listed in pages, with what lies below a delimiter once", async () => {
    await versioning("Enabled");
    for (const key of ["a", "a", "a", "b/1", "b/2", "c"]) await put(key, "x");
    await remove("c");
    const seen: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    for (let page = 0; page === 0 || KeyMarker !== undefined; page += 1) {
      const at = { KeyMarker, VersionIdMarker };
      const answer = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Delimiter: "/", MaxKeys: 2, ...at }),
      );
      seen.push(
        ...(answer.Versions ?? []).map(({ Key }) => Key ?? ""),
        ...(answer.DeleteMarkers ?? []).map(({ Key }) => `-${Key}`),
        ...(answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      );
      expect(answer.IsTruncated).to.equal(answer.NextKeyMarker !== undefined);
      KeyMarker = answer.NextKeyMarker;
      VersionIdMarker = answer.NextVersionIdMarker;
    }
    expect(seen.sort()).to.eql(["-c", "a", "a", "a", "b/", "c"]);
  });

  it("survive a restart", async () => {
    await versioning("Enabled");
    const id = await put("a", "1");
    await put("a", "2");
    await remove("a");
    const before = await list();
    await aws.restart();
    s3 = aws.s3();
    expect(await list()).to.eql(before);
    expect(await read("a", id)).to.equal("1");
  });
});
