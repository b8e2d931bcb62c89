import { createHash, createHmac } from "node:crypto";
import {
  type ChecksumAlgorithm,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { newHasher } from "./checksums.ts";

const Bucket = "checksums";

/** Check values of the CRC catalogue for "123456789", and digests by OpenSSL. */
const known = {
  CRC32: "y/Q5Jg==",
  CRC32C: "4waSgw==",
  CRC64NVME: "rosUhgp5mIg=",
  SHA1: "98O8HYCOBHMq32eZZczDTKeuNEE=",
  SHA256: "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
} as const;

describe("S3 checksums", () => {
  let aws: TestAws;
  let s3: S3Client;
  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

  it("computes every algorithm, whatever the size of the pieces", () => {
    for (const [algorithm, value] of Object.entries(known)) {
      for (const size of [1, 2, 8, 9]) {
        const hasher = newHasher(algorithm as keyof typeof known);
        const text = "123456789";
        for (let at = 0; at < text.length; at += size) hasher.update(Buffer.from(text.slice(at, at + size)));
        expect(hasher.digest().toString("base64"), `${algorithm} by ${size}`).equal(value);
      }
    }
  });

  it("verifies, keeps and returns the checksum that the client chose", async () => {
    for (const algorithm of Object.keys(known) as ChecksumAlgorithm[]) {
      const stored = await s3.send(
        new PutObjectCommand({ Bucket, Key: algorithm, Body: "123456789", ChecksumAlgorithm: algorithm }),
      );
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: algorithm, ChecksumMode: "ENABLED" }));
      const name = `Checksum${algorithm}` as "ChecksumCRC32";
      expect(stored[name]).be.a("string");
      expect(answer[name]).equal(stored[name]);
      expect(answer.ChecksumType).equal("FULL_OBJECT");
      expect(await answer.Body?.transformToString()).equal("123456789");
    }
  });

  it("refuses a body that is not what its checksum says, and keeps nothing", async () => {
    const cases = {
      ChecksumCRC32: "AAAAAA==",
      ChecksumSHA256: Buffer.alloc(32).toString("base64"),
      ContentMD5: Buffer.alloc(16).toString("base64"),
    };
    for (const [name, value] of Object.entries(cases)) {
      const sent = s3.send(new PutObjectCommand({ Bucket, Key: "bad", Body: "body", [name]: value }));
      expect(await failure(sent), name).include({ name: "BadDigest", status: 400 });
    }
    const malformed = s3.send(
      new PutObjectCommand({ Bucket, Key: "bad", Body: "body", ContentMD5: "short" }),
    );
    expect(await failure(malformed)).include({ name: "InvalidDigest" });
    const get = s3.send(new GetObjectCommand({ Bucket, Key: "bad" }));
    expect(await failure(get)).include({ name: "NoSuchKey" });
  });

  it("computes CRC64NVME itself for clients that send none", async () => {
    await fetch(aws.server.presign("PUT", Bucket, "plain", 60), { method: "PUT", body: "123456789" });
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "plain", ChecksumMode: "ENABLED" }));
    expect(answer.ChecksumCRC64NVME).equal(known.CRC64NVME);
  });

  describe("aws-chunked payloads", () => {
    const send = (
      payloadHash: string,
      body: (sign: ChunkSigner) => string,
      headers: Record<string, string> = {},
    ): Promise<Response> => {
      const { accessKeyId, secretAccessKey } = aws.server.credentials;
      const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
      const scope = `${now.slice(0, 8)}/us-east-1/s3/aws4_request`;
      const all: Record<string, string> = {
        ...headers,
        "content-encoding": "aws-chunked",
        host: new URL(aws.server.endpoint).host,
        "x-amz-content-sha256": payloadHash,
        "x-amz-date": now,
      };
      const names = Object.keys(all).sort();
      const canonical = [
        "PUT",
        `/${Bucket}/chunked`,
        "",
        ...names.map((name) => `${name}:${all[name]}`),
        "",
        names.join(";"),
        payloadHash,
      ].join("\n");
      const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
      const key = ["us-east-1", "s3", "aws4_request"].reduce(
        hmac,
        hmac(`AWS4${secretAccessKey}`, now.slice(0, 8)),
      );
      let previous = hmac(key, `AWS4-HMAC-SHA256\n${now}\n${scope}\n${sha256(canonical)}`).toString("hex");
      const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${previous}`;
      const sign: ChunkSigner = (kind, hashes) => {
        previous = hmac(key, [kind, now, scope, previous, ...hashes].join("\n")).toString("hex");
        return previous;
      };
      const { host: _, ...sent } = all;
      return fetch(`${aws.server.endpoint}/${Bucket}/chunked`, {
        method: "PUT",
        headers: { ...sent, authorization },
        body: body(sign),
      });
    };
    const stored = async () => {
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "chunked" }));
      return { text: await answer.Body?.transformToString(), encoding: answer.ContentEncoding };
    };
    const signedChunk = (sign: ChunkSigner, text: string, signedText = text) =>
      `${text.length.toString(16)};chunk-signature=${sign("AWS4-HMAC-SHA256-PAYLOAD", [sha256(""), sha256(signedText)])}\r\n${text}${text === "" ? "" : "\r\n"}`;

    it("takes signed chunks, and refuses one that was changed on the way", async () => {
      const mode = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
      const length = { "x-amz-decoded-content-length": "9" };
      const good = await send(
        mode,
        (sign) => `${signedChunk(sign, "12345")}${signedChunk(sign, "6789")}${signedChunk(sign, "")}\r\n`,
        length,
      );
      expect(good.status).equal(200);
      expect(await stored()).deep.equal({ text: "123456789", encoding: undefined });
      const changed = await send(
        mode,
        (sign) =>
          `${signedChunk(sign, "1234x", "12345")}${signedChunk(sign, "6789")}${signedChunk(sign, "")}\r\n`,
        length,
      );
      expect(changed.status).equal(403);
      expect(await changed.text()).contain("SignatureDoesNotMatch");
      expect((await stored()).text).equal("123456789");
    });

    it("takes signed trailers", async () => {
      const put = (checksum: string, signed = checksum) =>
        send(
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
          (sign) => {
            const chunks = `${signedChunk(sign, "123456789")}${signedChunk(sign, "")}`;
            const signature = sign("AWS4-HMAC-SHA256-TRAILER", [sha256(`x-amz-checksum-crc32c:${signed}\n`)]);
            return `${chunks}x-amz-checksum-crc32c:${checksum}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
          },
          { "x-amz-decoded-content-length": "9", "x-amz-trailer": "x-amz-checksum-crc32c" },
        );
      expect((await put(known.CRC32C)).status).equal(200);
      expect(await (await put(known.CRC32C, "AAAAAA==")).text()).contain("SignatureDoesNotMatch");
      expect(await (await put("AAAAAA==")).text()).contain("BadDigest");
    });

    it("takes unsigned chunks with a trailer, and counts the bytes", async () => {
      const put = (body: string, length: string, checksum: string = known.CRC64NVME) =>
        send(
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          () => `9\r\n${body}\r\n0\r\nx-amz-checksum-crc64nvme:${checksum}\r\n\r\n`,
          { "x-amz-decoded-content-length": length, "x-amz-trailer": "x-amz-checksum-crc64nvme" },
        );
      expect((await put("123456789", "9")).status).equal(200);
      expect(await (await put("123456780", "9")).text()).contain("BadDigest");
      expect(await (await put("123456789", "10")).text()).contain("IncompleteBody");
      expect(await (await put("123456789 and more", "9")).text()).contain("IncompleteBody");
    });

    it("checks a payload against the hash in its signature", async () => {
      const answer = await send(sha256("what was signed"), () => "what was sent!!");
      expect(answer.status).equal(400);
      expect(await answer.text()).contain("XAmzContentSHA256Mismatch");
    });
  });
});

type ChunkSigner = (kind: string, hashes: readonly string[]) => string;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
