import { createHash } from "node:crypto";
import type { Readable, Transform } from "node:stream";
import { AwsError } from "../service.ts";
import type { Authenticated } from "./authenticate.ts";
import { ChunkedDecoder } from "./chunked.ts";
import { unsignedPayload } from "./sigv4.ts";

export interface Payload {
  /** Throws an AwsError at its end when the payload is not what was signed. */
  readonly body: AsyncIterable<Buffer>;
  /** Filled in once `body` has ended. */
  readonly trailers: Record<string, string>;
}

/**
 * The payload that `x-amz-content-sha256` (`declared`) announces: as it is, checked against its hash, or taken out of the
 * `aws-chunked` encoding: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function openPayload(
  source: Readable,
  declared: string,
  decodedLength: string | undefined,
  authenticated: Authenticated | undefined,
): Payload {
  const trailers: Record<string, string> = {};
  if (declared === unsignedPayload) return { body: source, trailers };
  if (/^[0-9a-f]{64}$/i.test(declared)) {
    return { body: hashChecked(source, declared.toLowerCase()), trailers };
  }
  const mode = streaming[declared];
  if (mode === undefined) {
    const known = declared.startsWith("STREAMING-");
    throw new AwsError(
      known ? "NotImplemented" : "InvalidArgument",
      known ? 501 : 400,
      known
        ? `This stand-in does not implement payloads of the kind ${declared}`
        : "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
      known ? {} : { ArgumentName: "x-amz-content-sha256", ArgumentValue: declared },
    );
  }
  if (decodedLength === undefined || !/^\d+$/.test(decodedLength)) {
    throw new AwsError(
      "MissingContentLength",
      411,
      "You must provide the x-amz-decoded-content-length HTTP header.",
    );
  }
  if (mode.signed && authenticated === undefined) {
    throw new AwsError("InvalidRequest", 400, `${declared} needs a signed request`);
  }
  const decoder = new ChunkedDecoder({
    ...mode,
    decodedLength: Number(decodedLength),
    authenticated: mode.signed ? authenticated : undefined,
    trailers,
  });
  return { body: through(source, decoder), trailers };
}

const streaming: Record<string, { readonly signed: boolean; readonly trailer: boolean }> = {
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
};

/**
 * A failure of either end reaches the reader of `check`, and only there. Not `pipeline`, which would also destroy the
 * source, and with it the connection that the error still has to be sent on.
 */
function through(source: Readable, check: Transform): Readable {
  source.on("error", (error) => check.destroy(error));
  check.on("error", () => source.resume());
  return source.pipe(check);
}

/** No stream of its own, which would cost a small upload as much again as its hash. Leaves the connection usable, as `through`. */
async function* hashChecked(source: Readable, expected: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      hash.update(chunk);
      yield chunk;
    }
  } finally {
    source.resume();
  }
  const computed = hash.digest("hex");
  if (computed === expected) return;
  throw new AwsError(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed },
  );
}
