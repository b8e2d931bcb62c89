import { AwsError, type WireProtocol } from "../service.ts";
import { formatAmzDate, parseAmzDate } from "./authorization.ts";

/** How far the clocks of client and server may be apart. */
export const maxSkewMs = 15 * 60_000;

/** What is answered to requests whose signature is not to be believed. */
export interface SignatureErrors {
  wrongRegion(given: string, expected: string): AwsError;
  unknownKey(id: string): AwsError;
  wrongToken(): AwsError;
  expiredToken(): AwsError;
  mismatch(fields: Record<string, string>): AwsError;
  skewed(amzDate: string, now: Date): AwsError;
}

const s3Errors: SignatureErrors = {
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
        MaxAllowedSkewMilliseconds: maxSkewMs,
      },
    ),
};

const invalidToken = "The security token included in the request is invalid.";

const queryErrors = outside("SignatureDoesNotMatch", (code, message) => new AwsError(code, 403, message), {
  invalidToken: "InvalidClientTokenId",
  expiredToken: "ExpiredToken",
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html lists them: status 400 all. */
const jsonErrors = outside("InvalidSignatureException", (code, message) => new AwsError(code, 400, message), {
  invalidToken: "UnrecognizedClientException",
  expiredToken: "ExpiredTokenException",
});

/** The errors of all services but S3, which differ in codes and status only. */
function outside(
  mismatch: string,
  error: (code: string, message: string) => AwsError,
  codes: { readonly invalidToken: string; readonly expiredToken: string },
): SignatureErrors {
  return {
    wrongRegion: (given, expected) =>
      error(
        mismatch,
        `Credential should be scoped to a valid region, not '${given}'; this stand-in is in '${expected}'.`,
      ),
    unknownKey: () => error(codes.invalidToken, invalidToken),
    wrongToken: () => error(codes.invalidToken, invalidToken),
    expiredToken: () => error(codes.expiredToken, "The security token included in the request is expired"),
    mismatch: () =>
      error(
        mismatch,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      ),
    skewed: (amzDate, now) => {
      const early = parseAmzDate(amzDate) < now.getTime();
      const limit = formatAmzDate(new Date(now.getTime() + (early ? -maxSkewMs : maxSkewMs)));
      const relation = early
        ? `expired: ${amzDate} is now earlier than ${limit} (${formatAmzDate(now)} - 15 min.)`
        : `not yet current: ${amzDate} is still later than ${limit} (${formatAmzDate(now)} + 15 min.)`;
      return error(mismatch, `Signature ${relation}`);
    },
  };
}

export const signatureErrors: Readonly<Record<WireProtocol, SignatureErrors>> = {
  s3: s3Errors,
  query: queryErrors,
  json: jsonErrors,
};
