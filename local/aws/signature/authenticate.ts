import { type KeyObject, timingSafeEqual } from "node:crypto";
import type { Decision, PolicyQuestion } from "../iam/policy.ts";
import { AwsError, type Principal } from "../service.ts";
import { type Authorization, formatAmzDate, parseAmzDate } from "./authorization.ts";
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
  findKey(accessKeyId: string): AccessKey | undefined;
}

const skewMs = 15 * 60_000;

/**
 * Verifies the signature of a request over its headers and `payloadHash`. Throws what S3 (for service "s3") or the Query
 * services answer for an unknown key, an expired token, a clock that is off, or a signature that does not match.
 */
export function authenticate(
  request: WireRequest,
  authorization: Authorization,
  payloadHash: string,
  context: AuthenticationContext,
): Authenticated {
  const { scope } = authorization;
  const dialect = scope.service === "s3" ? s3Errors : queryErrors;
  if (scope.region !== context.region) throw dialect.wrongRegion(scope.region, context.region);
  const known = context.findKey(authorization.accessKeyId);
  if (known === undefined) throw dialect.unknownKey(authorization.accessKeyId);
  if (known.sessionToken !== authorization.sessionToken) throw dialect.wrongToken();
  checkSignedHeaders(request, authorization.signedHeaders);
  const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash, scope.service);
  const text = stringToSign(authorization.amzDate, scope, canonical);
  const key = signingKey(known.secretAccessKey, scope);
  if (!equalText(sign(key, text), authorization.signature)) {
    throw dialect.mismatch({
      AWSAccessKeyId: authorization.accessKeyId,
      StringToSign: text,
      SignatureProvided: authorization.signature,
      CanonicalRequest: canonical,
    });
  }
  checkTime(authorization, context.now, dialect);
  if (known.expiresAt !== undefined && known.expiresAt <= context.now) throw dialect.expiredToken();
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

function checkTime(authorization: Authorization, now: Date, dialect: Dialect): void {
  const signedAt = parseAmzDate(authorization.amzDate);
  const { expiresSeconds } = authorization;
  if (expiresSeconds === undefined) {
    if (Math.abs(now.getTime() - signedAt) > skewMs) throw dialect.skewed(authorization.amzDate, now);
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
  if (signedAt - now.getTime() > skewMs) {
    throw new AwsError("AccessDenied", 403, "Request is not yet valid", { ServerTime: now.toISOString() });
  }
}

interface Dialect {
  wrongRegion(given: string, expected: string): AwsError;
  unknownKey(id: string): AwsError;
  wrongToken(): AwsError;
  expiredToken(): AwsError;
  mismatch(fields: Record<string, string>): AwsError;
  skewed(amzDate: string, now: Date): AwsError;
}

export const s3Errors: Dialect = {
  wrongRegion: (given, expected) =>
    new AwsError(
      "AuthorizationHeaderMalformed",
      400,
      `The authorization header is malformed; the region '${given}' is wrong; expecting '${expected}'`,
      { Region: expected },
      { "x-amz-bucket-region": expected },
    ),
  unknownKey: (id) =>
    new AwsError(
      "InvalidAccessKeyId",
      403,
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: id },
    ),
  wrongToken: () =>
    new AwsError("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
  expiredToken: () => new AwsError("ExpiredToken", 400, "The provided token has expired."),
  mismatch: (fields) =>
    new AwsError(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      fields,
    ),
  skewed: (amzDate, now) =>
    new AwsError(
      "RequestTimeTooSkewed",
      403,
      "The difference between the request time and the current time is too large.",
      {
        RequestTime: amzDate,
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: skewMs,
      },
    ),
};

const queryErrors: Dialect = {
  wrongRegion: (_given, expected) =>
    new AwsError(
      "SignatureDoesNotMatch",
      403,
      `Credential should be scoped to a valid region, not '${_given}'; this stand-in is in '${expected}'.`,
    ),
  unknownKey: () =>
    new AwsError("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
  wrongToken: () =>
    new AwsError("InvalidClientTokenId", 403, "The security token included in the request is invalid."),
  expiredToken: () =>
    new AwsError("ExpiredToken", 403, "The security token included in the request is expired"),
  mismatch: () =>
    new AwsError(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    ),
  skewed: (amzDate, now) => {
    const early = parseAmzDate(amzDate) < now.getTime();
    const limit = formatAmzDate(new Date(now.getTime() + (early ? -skewMs : skewMs)));
    const relation = early
      ? `expired: ${amzDate} is now earlier than ${limit} (${formatAmzDate(now)} - 15 min.)`
      : `not yet current: ${amzDate} is still later than ${limit} (${formatAmzDate(now)} + 15 min.)`;
    return new AwsError("SignatureDoesNotMatch", 403, `Signature ${relation}`);
  },
};

function equalText(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
