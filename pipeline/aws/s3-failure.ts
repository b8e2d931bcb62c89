import { S3ServiceException } from "@aws-sdk/client-s3";

/** An answer of S3 as it came over the wire; names of headers are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request that failed: what S3 answered, or why it did not answer. */
export type S3Failure = Error & {
  /** S3's time, where it answered. */
  readonly date?: Date;
  readonly $metadata: { readonly httpStatusCode?: number; readonly attempts?: number };
};

/** The failure that the SDK would have thrown for this answer, or the failure to get one with the number of attempts. */
export function failureOf(thrown: unknown, attempts: number): S3Failure {
  if (thrown instanceof Error) return Object.assign(thrown, { $metadata: { attempts } });
  const { status, headers, text } = thrown as Answer;
  const name = element(text, "Code") ?? String(status);
  const failure = new S3ServiceException({
    name,
    message: element(text, "Message") ?? `S3 answered ${status}`,
    $fault: status < 500 ? "client" : "server",
    $metadata: {
      httpStatusCode: status,
      attempts,
      ...(headers["x-amz-request-id"] === undefined ? {} : { requestId: headers["x-amz-request-id"] }),
      ...(headers["x-amz-id-2"] === undefined ? {} : { extendedRequestId: headers["x-amz-id-2"] }),
    },
  });
  return headers.date === undefined ? failure : Object.assign(failure, { date: new Date(headers.date) });
}

const transientStatus = new Set([408, 429, 500, 502, 503, 504]);
const transientCodes = new Set([
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "ExpiredToken",
  "OperationAborted",
]);

const brokenConnection = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** True where the same request may succeed when it is sent again. */
export function isTransient(failure: S3Failure): boolean {
  const { name, $metadata } = failure;
  if ($metadata.httpStatusCode !== undefined) {
    return transientStatus.has($metadata.httpStatusCode) || transientCodes.has(name);
  }
  return name === "TimeoutError" || brokenConnection.has((failure as { code?: string }).code ?? "");
}

function element(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}
