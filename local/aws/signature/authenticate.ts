import { type KeyObject, timingSafeEqual } from "node:crypto";
import type { Decision, PolicyQuestion } from "../iam/policy.ts";
import { AwsError, type Principal, type WireProtocol } from "../service.ts";
import { type Authorization, parseAmzDate } from "./authorization.ts";
import { maxSkewMs, type SignatureErrors, signatureErrors } from "./signature-errors.ts";
import { canonicalRequest, type Scope, sign, signingKey, stringToSign, type WireRequest } from "./sigv4.ts";

/** A key that may sign requests. */
export interface AccessKey {
  readonly secretAccessKey: string;
  /** Temporary keys only; must come with every request. */
  readonly sessionToken?: string;
  readonly expiresAt?: Date;
  readonly principal: Principal;
  /** What the holder's own policies say. */
  permits(question: PolicyQuestion): Decision;
}

/** What a verified signature leaves behind: needed to verify the chunks of a streamed payload. */
export interface Authenticated {
  readonly access: AccessKey;
  readonly scope: Scope;
  readonly amzDate: string;
  readonly signature: string;
  readonly key: KeyObject;
}

export interface AuthenticationContext {
  readonly now: Date;
  readonly region: string;
  /** Of the service, which words its errors. */
  readonly protocol: WireProtocol;
  findKey(accessKeyId: string): AccessKey | undefined;
}

/**
 * Verifies the signature of a request over its headers and `payloadHash`. Throws what the service
 * answers for an unknown key, an expired token, a clock that is off, or a signature that does not match.
 */
export function authenticate(
  request: WireRequest,
  authorization: Authorization,
  payloadHash: string,
  context: AuthenticationContext,
): Authenticated {
  const { scope } = authorization;
  const errors = signatureErrors[context.protocol];
  if (scope.region !== context.region) throw errors.wrongRegion(scope.region, context.region);
  const known = context.findKey(authorization.accessKeyId);
  if (known === undefined) throw errors.unknownKey(authorization.accessKeyId);
  if (known.sessionToken !== authorization.sessionToken) throw errors.wrongToken();
  checkSignedHeaders(request, authorization.signedHeaders);
  const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash, scope.service);
  const text = stringToSign(authorization.amzDate, scope, canonical);
  const key = signingKey(known.secretAccessKey, scope);
  if (!equalText(sign(key, text), authorization.signature)) {
    throw errors.mismatch({
      AWSAccessKeyId: authorization.accessKeyId,
      StringToSign: text,
      SignatureProvided: authorization.signature,
      CanonicalRequest: canonical,
    });
  }
  checkTime(authorization, context.now, errors);
  if (known.expiresAt !== undefined && known.expiresAt <= context.now) throw errors.expiredToken();
  return {
    access: known,
    scope,
    amzDate: authorization.amzDate,
    signature: authorization.signature,
    key,
  };
}

/** The host and everything that changes what a request means must be under the signature. */
function checkSignedHeaders(request: WireRequest, signedHeaders: readonly string[]): void {
  const needed = ["host", ...[...request.headers.keys()].filter((name) => name.startsWith("x-amz-"))];
  const missing = needed.filter((name) => !signedHeaders.includes(name));
  if (missing.length > 0) {
    throw new AwsError(
      "AccessDenied",
      403,
      "There were headers present in the request which were not signed",
      { HeadersNotSigned: missing.join(", ") },
    );
  }
}

function checkTime(authorization: Authorization, now: Date, errors: SignatureErrors): void {
  const signedAt = parseAmzDate(authorization.amzDate);
  const { expiresSeconds } = authorization;
  if (expiresSeconds === undefined) {
    if (Math.abs(now.getTime() - signedAt) > maxSkewMs) throw errors.skewed(authorization.amzDate, now);
    return;
  }
  const expiresAt = signedAt + expiresSeconds * 1000;
  if (now.getTime() >= expiresAt) {
    throw new AwsError("AccessDenied", 403, "Request has expired", {
      "X-Amz-Expires": expiresSeconds,
      Expires: new Date(expiresAt).toISOString(),
      ServerTime: now.toISOString(),
    });
  }
  if (signedAt - now.getTime() > maxSkewMs) {
    throw new AwsError("AccessDenied", 403, "Request is not yet valid", { ServerTime: now.toISOString() });
  }
}

function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
