import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** A request as it came over the wire, before anything about it is believed. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded as sent. */
  readonly path: string;
  /** Without "?"; percent-encoded as sent. */
  readonly rawQuery: string;
  /** Lower-case names; repeated headers joined with ",". */
  readonly headers: ReadonlyMap<string, string>;
}

/** The credential scope that the signature is bound to. */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const algorithm = "AWS4-HMAC-SHA256";
export const unsignedPayload = "UNSIGNED-PAYLOAD";
export const emptyHash = sha256("");

export function sha256(data: string | Buffer): string {
  return hash("sha256", data, "hex");
}

/** The canonical request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function canonicalRequest(
  request: WireRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  service: string,
): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  return [
    request.method,
    canonicalPath(request.path, service),
    canonicalQuery(request.rawQuery),
    headers.join(""),
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

export function stringToSign(amzDate: string, scope: Scope, canonical: string): string {
  return [algorithm, amzDate, scopeText(scope), sha256(canonical)].join("\n");
}

export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** The same for every request of a day, and dearer than all the rest of checking one: kept. */
const signingKeys = new Map<string, KeyObject>();
const mostSigningKeys = 100;

export function signingKey(secret: string, scope: Scope): KeyObject {
  const name = `${secret} ${scopeText(scope)}`;
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  const first = hmac(createSecretKey(`AWS4${secret}`, "utf8"), scope.date);
  const key = [scope.region, scope.service, "aws4_request"].reduce(
    (previous, part) => hmac(createSecretKey(previous), part),
    first,
  );
  if (signingKeys.size >= mostSigningKeys) signingKeys.clear();
  const derived = createSecretKey(key);
  signingKeys.set(name, derived);
  return derived;
}

export function sign(key: KeyObject, text: string): string {
  return hmac(key, text).toString("hex");
}

/** Percent-encodes everything but RFC 3986's unreserved characters, as AWS canonicalises. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** S3 encodes the path once and keeps it as it is; every other service encodes the path as sent a second time. */
function canonicalPath(path: string, service: string): string {
  const segments = path.split("/");
  if (service === "s3") return segments.map((segment) => uriEncode(decode(segment))).join("/");
  return segments.map((segment) => uriEncode(segment)).join("/");
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === "") return "";
  return rawQuery
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const name = at < 0 ? pair : pair.slice(0, at);
      const value = at < 0 ? "" : pair.slice(at + 1);
      return [uriEncode(decode(name)), uriEncode(decode(value))] as const;
    })
    .filter(([name]) => name !== "X-Amz-Signature")
    .sort(([leftName, leftValue], [rightName, rightValue]) =>
      leftName === rightName ? order(leftValue, rightValue) : order(leftName, rightName),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** S3 reads "+" as a space, in paths as in queries. Undecodable text is left as it is: its signature cannot match. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    return text;
  }
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A `KeyObject`, since Node finds out at length that a buffer is none. */
function hmac(key: KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
