import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { expect } from "chai";
import fc from "fast-check";
import { PutSigner, percentEncoded } from "./put-signer.ts";

/** What the library hashes with. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const bytes = typeof secret === "string" ? Buffer.from(secret) : (secret as Uint8Array | undefined);
    this.#hash = bytes === undefined ? createHash("sha256") : createHmac("sha256", bytes);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

describe("a PUT", () => {
  const signer = new PutSigner();
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });

  it("is signed as the SDK signs it, whatever its key, query, headers and credentials", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          key: text,
          query: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
          type: fc.constantFrom("text/html; charset=utf-8", " a   b ", "image/png"),
          credentials: fc.record({
            accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
            secretAccessKey: fc.stringMatching(/^[\w+/]{40}$/),
            sessionToken: fc.option(fc.stringMatching(/^[\w+/=]{1,100}$/), { nil: undefined }),
          }),
          date: fc.date({ min: new Date("2026-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        }),
        async ({ key, query, type, credentials: { sessionToken, ...keys }, date }) => {
          const credentials = sessionToken === undefined ? keys : { ...keys, sessionToken };
          const path = `/bucket/${percentEncoded(key)}`;
          const headers = { host: "s3.example", "content-type": type, "x-amz-content-sha256": "00ff" };
          const library = new SignatureV4({
            service: "s3",
            region: "eu-north-1",
            credentials,
            sha256: Sha256,
            uriEscapePath: false,
            applyChecksum: false,
          });
          const request = { method: "PUT", protocol: "http:", hostname: "s3.example", path, query, headers };
          const { headers: expected } = await library.sign(request, { signingDate: date });
          const own = signer.sign({ path, query, headers }, credentials, "eu-north-1", date);
          expect(own).to.deep.equal(expected);
        },
      ),
    );
  });
});
