import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { formatAmzDate } from "../signature/authorization.ts";
import {
  algorithm,
  canonicalRequest,
  emptyHash,
  scopeText,
  sign,
  signingKey,
  stringToSign,
} from "../signature/sigv4.ts";
import type { Behavior, Origin } from "./distribution.ts";

/** What an edge asks of an origin. */
export interface OriginRequest {
  readonly method: string;
  /** As sent: percent-encoded. */
  readonly path: string;
  /** Without "?". */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

/** By which a private bucket knows the distribution. */
export interface BucketAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Never sent on: of one connection only, or the edge's own to say. */
const ownHeaders = [
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "upgrade",
  "accept-encoding",
  "content-length",
  "expect",
];

/**
 * The headers of a request to an origin: of the viewer's those that the behavior lets through, else those of the cache key
 * alone: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
 */
export function originHeaders(
  viewer: { readonly headers: IncomingHttpHeaders; readonly ip: string },
  { forward, cache }: Pick<Behavior, "forward" | "cache">,
  encodings: readonly string[],
): IncomingHttpHeaders {
  const { headers, ip } = viewer;
  const passes = (name: string): boolean =>
    forward !== "nothing" ||
    cache.headers.includes(name) ||
    (cache.cookies && name === "cookie") ||
    // Sent whatever the policies say, where there is a body.
    name === "content-type";
  const kept = Object.entries(headers).filter(([name]) => !ownHeaders.includes(name) && passes(name));
  const isHostKept = forward === "all" || cache.headers.includes("host");
  const forwardedFor = [headers["x-forwarded-for"], ip].filter(Boolean).join(", ");
  return {
    ...Object.fromEntries(kept),
    ...(isHostKept && headers.host !== undefined ? { host: headers.host } : {}),
    ...(headers["content-length"] === undefined ? {} : { "content-length": headers["content-length"] }),
    ...(headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
    ...(encodings.length === 0 ? {} : { "accept-encoding": encodings.join(",") }),
    ...(forward === "nothing" ? { "user-agent": "Amazon CloudFront" } : {}),
    "x-forwarded-for": forwardedFor,
    via: "1.1 local.cloudfront.net (CloudFront)",
  };
}

/** Asks the origin; a body follows from `body`. Rejects where nobody answers. */
export function askOrigin(
  origin: Origin,
  asked: OriginRequest,
  access: BucketAccess | undefined,
  now: Date,
  body?: IncomingMessage,
): Promise<IncomingMessage> {
  const { url, path, headers } = addressOf(origin, asked, access, now);
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, { method: asked.method, headers, agent: false }, resolve);
    outgoing.once("error", (cause) => reject(new Error(`nothing answers at ${url}`, { cause })));
    if (body === undefined) outgoing.end();
    else body.pipe(outgoing);
  });
}

export async function wholeBody(message: IncomingMessage) {
  return { status: message.statusCode ?? 502, headers: message.headers, body: await buffer(message) };
}

function addressOf(origin: Origin, asked: OriginRequest, access: BucketAccess | undefined, now: Date) {
  const query = asked.query === "" ? "" : `?${asked.query}`;
  if ("url" in origin) {
    const url = typeof origin.url === "function" ? origin.url() : origin.url;
    if (url === undefined) throw new Error("the origin has no address yet");
    return { url, path: asked.path + query, headers: asked.headers };
  }
  if (access === undefined) throw new Error(`no access to bucket "${origin.bucket}"`);
  // A viewer's Authorization is replaced (OAC's "always sign"), and a query would be an operation on the bucket.
  const { authorization: _, ...headers } = asked.headers;
  const path = `/${origin.bucket}${asked.path}`;
  return {
    url: access.endpoint,
    path,
    headers: { ...headers, ...signed(asked.method, path, access, now) },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
function signed(method: string, path: string, { endpoint, region, credentials }: BucketAccess, now: Date) {
  const amzDate = formatAmzDate(now);
  const scope = { date: amzDate.slice(0, 8), region, service: "s3" };
  const headers = {
    host: new URL(endpoint).host,
    "x-amz-content-sha256": emptyHash,
    "x-amz-date": amzDate,
  };
  const names = Object.keys(headers).sort();
  const wire = { method, path, rawQuery: "", headers: new Map(Object.entries(headers)) };
  const canonical = canonicalRequest(wire, names, emptyHash, "s3");
  const key = signingKey(credentials.secretAccessKey, scope);
  const signature = sign(key, stringToSign(amzDate, scope, canonical));
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}
