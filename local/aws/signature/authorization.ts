import { AwsError } from "../service.ts";
import { algorithm, type Scope, type WireRequest } from "./sigv4.ts";

/** What a signed request claims about itself. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** yyyymmddThhmmssZ */
  readonly amzDate: string;
  readonly sessionToken: string | undefined;
  /** Present for presigned addresses. */
  readonly expiresSeconds?: number;
}

/**
 * Reads the signature from the Authorization header or the query. Undefined when there is none.
 * Throws S3's errors for one that is there but malformed.
 */
export function parseAuthorization(request: WireRequest): Authorization | undefined {
  const query = new URLSearchParams(request.rawQuery);
  const header = request.headers.get("authorization");
  if (header !== undefined && query.has("X-Amz-Algorithm")) {
    throw new AwsError(
      "InvalidArgument",
      400,
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    );
  }
  if (header !== undefined) return fromHeader(header, request);
  if (query.has("X-Amz-Algorithm")) return fromQuery(query);
  return undefined;
}

function fromHeader(header: string, request: WireRequest): Authorization {
  if (!header.startsWith(`${algorithm} `)) throw unsupportedMechanism();
  const fields = new Map(
    header
      .slice(algorithm.length + 1)
      .split(",")
      .map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  const credential = fields.get("Credential");
  const signedHeaders = fields.get("SignedHeaders");
  const signature = fields.get("Signature");
  if (!credential || !signedHeaders || !signature) {
    throw malformed(
      "The authorization header is malformed; Credential, SignedHeaders and Signature are required.",
    );
  }
  const amzDate = request.headers.get("x-amz-date") ?? fromHttpDate(request.headers.get("date"));
  if (amzDate === undefined || !isAmzDate(amzDate)) {
    throw new AwsError("AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header");
  }
  return {
    ...parseCredential(credential, amzDate, malformed),
    signedHeaders: signedHeaders.split(";"),
    signature,
    amzDate,
    sessionToken: request.headers.get("x-amz-security-token"),
  };
}

function fromQuery(query: URLSearchParams): Authorization {
  const wrong = (message: string): AwsError =>
    new AwsError("AuthorizationQueryParametersError", 400, message);
  if (query.get("X-Amz-Algorithm") !== algorithm) {
    throw wrong(`X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const [credential, amzDate, signedHeaders, signature, expires] = [
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-Expires",
  ].map((name) => query.get(name) ?? "") as [string, string, string, string, string];
  if (!credential || !amzDate || !signedHeaders || !signature || !expires) {
    throw wrong(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  if (!isAmzDate(amzDate)) {
    throw wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (!/^\d+$/.test(expires)) throw wrong("X-Amz-Expires should be a number");
  const expiresSeconds = Number(expires);
  if (expiresSeconds > 604800) {
    throw wrong(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  return {
    ...parseCredential(credential, amzDate, wrong),
    signedHeaders: signedHeaders.split(";"),
    signature,
    amzDate,
    sessionToken: query.get("X-Amz-Security-Token") ?? undefined,
    expiresSeconds,
  };
}

function parseCredential(
  credential: string,
  amzDate: string,
  wrong: (message: string) => AwsError,
): { accessKeyId: string; scope: Scope } {
  const parts = credential.split("/");
  const [terminator, service, region, date] = parts.splice(-4).reverse();
  const accessKeyId = parts.join("/");
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request") {
    throw wrong(
      `The Credential "${credential}" is malformed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    );
  }
  if (date !== amzDate.slice(0, 8)) {
    throw wrong(`The credential date "${date}" does not match the request's date "${amzDate}".`);
  }
  return { accessKeyId, scope: { date, region, service } };
}

function malformed(message: string): AwsError {
  return new AwsError("AuthorizationHeaderMalformed", 400, message);
}

function unsupportedMechanism(): AwsError {
  return new AwsError(
    "InvalidRequest",
    400,
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  );
}

function isAmzDate(text: string): boolean {
  return !Number.isNaN(parseAmzDate(text));
}

/** Milliseconds since the epoch of `yyyymmddThhmmssZ`; NaN when it is none. */
export function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export function formatAmzDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function fromHttpDate(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : formatAmzDate(new Date(time));
}
