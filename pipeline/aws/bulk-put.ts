import { finished } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { Patience } from "./patience.ts";
import { PutSigner, percentEncoded } from "./put-signer.ts";
import { type Answer, failureOf, isTransient, type S3Failure } from "./s3-failure.ts";

export interface BulkPutRequest {
  readonly bucket: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** In lower case; `content-length`, the signature and the date are added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Hex SHA-256 of the body, which S3 compares; `UNSIGNED-PAYLOAD` where a header carries another checksum. */
  readonly payloadHash: string;
}

interface BulkPutAnswer {
  readonly etag: string;
  /** As the SDK tells how many requests it took. */
  readonly $metadata: { readonly attempts: number };
}

type SdkRequest = Parameters<S3Client["config"]["requestHandler"]["handle"]>[0];

/**
 * PutObject and UploadPart for many objects, at a fifth of what they cost through the SDK (docs/adr/0007). It shares the
 * SDK client's endpoint, credentials, connections, time-outs, clock correction and patience, and fails with the
 * same errors.
 */
export class BulkPut {
  readonly #s3: S3Client;
  readonly #signer = new PutSigner();
  readonly #addresses = new Map<string, Promise<SdkRequest>>();

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  /**
   * Sends the object, again after transient failures, with full jitter between. Rejects with the SDK's error of the last
   * attempt, whose `$metadata.attempts` counts them.
   */
  async put(request: BulkPutRequest, signal?: AbortSignal): Promise<BulkPutAnswer> {
    const { config } = this.#s3;
    const [most, strategy] = await Promise.all([config.maxAttempts(), config.retryStrategy()]);
    const startedAt = performance.now();
    for (let attempts = 1; ; attempts += 1) {
      try {
        const { headers } = await this.#send(request);
        return { etag: headers.etag ?? "", $metadata: { attempts } };
      } catch (error) {
        const failure = failureOf(error, attempts);
        if (!isTransient(failure)) throw failure;
        await this.#prepareRetry(failure);
        if (strategy instanceof Patience) {
          const status = failure.$metadata.httpStatusCode;
          if (!(await strategy.wait(attempts, startedAt, status))) throw failure;
          continue;
        }
        if (attempts >= most) throw failure;
        await setTimeout(Math.random() * longestWaitMs(failure, attempts), undefined, { signal });
      }
    }
  }

  async #send({ bucket, key, query = {}, headers, body, payloadHash }: BulkPutRequest): Promise<Answer> {
    const { config } = this.#s3;
    const [address, credentials, region] = await Promise.all([
      this.#addressOf(bucket),
      config.credentials(),
      config.region(),
    ]);
    const path = `${address.path.replace(/\/$/, "")}/${key.split("/").map(percentEncoded).join("/")}`;
    const unsigned = {
      ...headers,
      host: address.port === undefined ? address.hostname : `${address.hostname}:${address.port}`,
      "content-length": String(body.byteLength),
      "x-amz-content-sha256": payloadHash,
    };
    const date = new Date(Date.now() + config.systemClockOffset);
    const signed = this.#signer.sign({ path, query, headers: unsigned }, credentials, region, date);
    const request = { ...address, method: "PUT", path, query: { ...query }, headers: signed, body };
    const { response } = await config.requestHandler.handle(request as SdkRequest);
    const { statusCode: status, headers: answered } = response;
    if (status !== 200) throw { status, headers: answered, text: await textOf(response.body) };
    // It is empty. Its connection is free for the next request only once it was read to its end.
    await finished(response.body.resume());
    return { status, headers: answered, text: "" };
  }

  /** Where the SDK sends requests for a bucket, and how: path style or host name, its own endpoint or another one. */
  #addressOf(bucket: string): Promise<SdkRequest> {
    const known = this.#addresses.get(bucket);
    if (known !== undefined) return known;
    const command = new HeadBucketCommand({ Bucket: bucket });
    let built: SdkRequest | undefined;
    command.middlewareStack.add(
      () => async (args) => {
        built = args.request as SdkRequest;
        return { response: undefined, output: { $metadata: {} } };
      },
      { step: "build", priority: "low", name: "addressOnly" },
    );
    const address = this.#s3.send(command).then(() => built as SdkRequest);
    this.#addresses.set(bucket, address);
    return address;
  }

  async #prepareRetry({ name, date }: S3Failure): Promise<void> {
    const { config } = this.#s3;
    if (name === "RequestTimeTooSkewed" && date !== undefined) {
      config.systemClockOffset = date.getTime() - Date.now();
    }
    if (name === "ExpiredToken") await config.credentials({ forceRefresh: true });
  }
}

/** As the SDK waits: up to 100 ms doubled with each attempt, 500 ms when S3 asks for less, 20 s at most. */
function longestWaitMs({ $metadata }: S3Failure, attempts: number): number {
  const isThrottled = $metadata.httpStatusCode === 503 || $metadata.httpStatusCode === 429;
  return Math.min(20_000, (isThrottled ? 500 : 100) * 2 ** (attempts - 1));
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
