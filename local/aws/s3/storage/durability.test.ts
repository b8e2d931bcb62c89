import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startAws } from "../../server.ts";
import { readBody } from "../../service.ts";
import type { ObjectRecord } from "./object-record.ts";
import { S3Store } from "./store.ts";

const Bucket = "durable";
const options = { port: 0, region: "us-east-1", accountId: "000000000000", services: [] };

const empty: Omit<ObjectRecord, "key"> = {
  headers: { "content-type": "text/plain" },
  metadata: {},
  etag: "d41d8cd98f00b204e9800998ecf8427e",
  size: 0,
  modified: "2026-01-01T00:00:00.000Z",
  parts: [],
  checksum: undefined,
};

/** Runs a server in a process of its own, so that it can be killed. */
const program = `
  import { startAws } from ${JSON.stringify(new URL("../../server.ts", import.meta.url).href)};
  const aws = await startAws({ directory: process.argv[1], port: 0, region: "us-east-1", accountId: "000000000000", services: [] });
  aws.provisionBucket({ name: "${Bucket}" });
  console.log(JSON.stringify({ endpoint: aws.endpoint, credentials: aws.credentials }));
`;

describe("S3 storage", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "local-aws-"));
  });
  const journal = () => join(directory, "buckets", Bucket, "journal.ndjson");
  const journalLines = () => readFileSync(journal(), "utf8").trimEnd().split("\n");
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("has, after SIGKILL at any moment, everything that was answered, and nothing half", async () => {
    const answered = new Map<string, string>();
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program, directory], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { PATH: process.env.PATH },
      });
      const s3 = await clientOf(child);
      for (const [key, body] of answered) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
        expect(await Body?.transformToString(), key).equal(body);
      }
      let left = 40 + round * 7;
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let index = 0; ; index++) {
          const [key, body] = [
            `k${writer}/${index % 20}`,
            `${round}.${index}.`.repeat(1 + (index % 5) * 9000),
          ];
          answered.delete(key);
          await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
          answered.set(key, body);
          // The other writers' requests are under way then.
          if (--left === 0) child.kill("SIGKILL");
        }
      });
      await Promise.allSettled(writers);
      s3.destroy();
    }
    expect(answered.size).above(20);
    const aws = await startAws({ ...options, directory });
    for (const [key, body] of answered) {
      const object = aws.readObject(Bucket, key);
      expect((await readBody(object?.body ?? Readable.from([]))).toString(), key).equal(body);
    }
    await aws.close();
  });

  it("ignores a torn last line, and sweeps bodies that nothing refers to", async () => {
    const store = new S3Store(directory);
    const bucket = store.create(Bucket, new Date());
    const parts = [{ file: "aa".repeat(16), size: 1 }];
    const folder = join(directory, "buckets", Bucket);
    writeFileSync(join(folder, "objects", "a", "aa".repeat(16)), "1");
    writeFileSync(join(folder, "objects", "b", "bb".repeat(16)), "left over");
    bucket.put({ ...empty, key: "kept", etag: "1", size: 1, parts });
    store.close();
    appendFileSync(journal(), '{"op":"put","object":{"key":"torn');
    const again = new S3Store(directory);
    expect(again.bucket(Bucket).get("kept")?.etag).equal("1");
    expect(again.bucket(Bucket).keys.length).equal(1);
    expect(readdirSync(join(folder, "objects", "b"))).deep.equal([]);
    again.bucket(Bucket).delete("kept");
    again.close();
    expect(new S3Store(directory).bucket(Bucket).keys.length).equal(0);
  });

  it("names a journal that is damaged in the middle", () => {
    const store = new S3Store(directory);
    store.create(Bucket, new Date());
    store.close();
    writeFileSync(journal(), ["garbage", ...journalLines(), ""].join("\n"));
    expect(() => new S3Store(directory)).throw(/line 1 of ".*journal\.ndjson" is damaged/);
  });

  it("compacts its history", () => {
    const store = new S3Store(directory);
    const bucket = store.create(Bucket, new Date());
    for (let index = 0; index < 25_000; index++)
      bucket.put({ ...empty, key: `p/${index % 100}`, etag: `${index}` });
    store.close();
    expect(journalLines().length).below(12_000);
    const again = new S3Store(directory);
    expect(again.bucket(Bucket).keys.length).equal(100);
    expect(again.bucket(Bucket).get("p/99")?.etag).equal("24999");
    again.close();
  });

  it("opens in proportion to its keys, 100,000 of them", () => {
    const store = new S3Store(directory);
    store.create(Bucket, new Date());
    store.close();
    let written = 0;
    const openWith = (count: number): number => {
      const lines = Array.from({ length: count - written }, (_, index) =>
        JSON.stringify({ op: "put", object: { ...empty, key: `p/${((written + index) * 7919) % 100_000}` } }),
      );
      written = count;
      appendFileSync(journal(), `${lines.join("\n")}\n`);
      const started = process.cpuUsage();
      const again = new S3Store(directory);
      const { user } = process.cpuUsage(started);
      expect(again.bucket(Bucket).keys.length).equal(count);
      again.close();
      return user;
    };
    const tenth = openWith(10_000);
    expect(openWith(100_000)).below(40 * tenth);
  });
});

async function clientOf(child: ChildProcess): Promise<S3Client> {
  let text = "";
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  const { endpoint, credentials } = JSON.parse(text);
  const s3 = new S3Client({
    endpoint,
    credentials,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await s3.send(new ListObjectsV2Command({ Bucket }));
  return s3;
}
