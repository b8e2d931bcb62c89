import { createHmac } from "node:crypto";
import { AwsError } from "../service.ts";
import type { AccessKey, AuthenticationContext } from "./authenticate.ts";
import { signatureErrors } from "./signature-errors.ts";
import type { WireRequest } from "./sigv4.ts";

/** Query parameters that are part of what is signed. */
const signedParameters =
  /^(acl|cors|delete|lifecycle|location|logging|notification|partNumber|policy|requestPayment|response-.*|restore|tagging|torrent|uploadId|uploads|versionId|versioning|versions|website)$/;

/** True for addresses that were presigned with signature version 2, as version 1 of the AWS CLI still does for us-east-1. */
export function isPresignedV2(request: WireRequest): boolean {
  const query = new URLSearchParams(request.rawQuery);
  return ["AWSAccessKeyId", "Signature", "Expires"].every((name) => query.has(name));
}

/**
 * Whose signature it is: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 * Throws what S3 answers for an unknown key, a wrong signature, or an address whose time is over.
 */
export function authenticatePresignedV2(request: WireRequest, context: AuthenticationContext): AccessKey {
  const errors = signatureErrors.s3;
  const query = new URLSearchParams(request.rawQuery);
  const id = query.get("AWSAccessKeyId") ?? "";
  const expires = query.get("Expires") ?? "";
  const key = context.findKey(id);
  if (key === undefined) throw errors.unknownKey(id);
  const amz = new Map<string, string>();
  for (const [name, value] of [...query, ...request.headers]) {
    if (name.startsWith("x-amz-")) amz.set(name, value);
  }
  if (key.sessionToken !== amz.get("x-amz-security-token")) throw errors.wrongToken();
  const given = (name: string): string => request.headers.get(name) ?? query.get(name) ?? "";
  const text = [
    request.method,
    given("content-md5"),
    given("content-type"),
    expires,
    ...[...amz].sort().map(([name, value]) => `${name}:${value}`),
    resource(request.path, query),
  ].join("\n");
  const signature = createHmac("sha1", key.secretAccessKey).update(text).digest("base64");
  if (signature !== query.get("Signature")) {
    throw errors.mismatch({
      AWSAccessKeyId: id,
      StringToSign: text,
      SignatureProvided: query.get("Signature") ?? "",
    });
  }
  if (!/^\d+$/.test(expires) || Number(expires) * 1000 <= context.now.getTime()) {
    throw new AwsError("AccessDenied", 403, "Request has expired", {
      Expires: new Date(Number(expires) * 1000 || 0).toISOString(),
      ServerTime: context.now.toISOString(),
    });
  }
  if (key.expiresAt !== undefined && key.expiresAt <= context.now) throw errors.expiredToken();
  return key;
}

function resource(path: string, query: URLSearchParams): string {
  const signed = [...query]
    .filter(([name]) => signedParameters.test(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return signed.length === 0 ? path : `${path}?${signed.join("&")}`;
}
