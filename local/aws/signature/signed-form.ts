import { notImplemented } from "../s3/protocol/errors.ts";
import { AwsError } from "../service.ts";
import type { AccessKey, AuthenticationContext } from "./authenticate.ts";
import { signatureErrors } from "./signature-errors.ts";
import { algorithm, sign, signingKey } from "./sigv4.ts";

/**
 * Whose form it is; undefined for an anonymous one. What is signed is its policy, as it stands in the form:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function authenticateForm(
  fields: ReadonlyMap<string, string>,
  { region, findKey, now }: AuthenticationContext,
): AccessKey | undefined {
  if (fields.has("awsaccesskeyid")) throw notImplemented("forms with a signature of version 2");
  const given = (name: string): string => fields.get(name) ?? "";
  const signature = given("x-amz-signature");
  if (signature === "" && !fields.has("policy")) return undefined;
  const missing = ["policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"].find(
    (name) => given(name) === "",
  );
  if (missing !== undefined) {
    throw new AwsError("InvalidArgument", 400, `Bucket POST must contain a field named '${missing}'.`, {
      ArgumentName: missing,
    });
  }
  const errors = signatureErrors.s3;
  const [id = "", date = "", signedRegion = "", service = "", end = ""] =
    given("x-amz-credential").split("/");
  if (given("x-amz-algorithm") !== algorithm || service !== "s3" || end !== "aws4_request") {
    throw new AwsError("AuthorizationQueryParametersError", 400, "The form's credential is malformed");
  }
  if (signedRegion !== region) throw errors.wrongRegion(signedRegion, region);
  const key = findKey(id);
  if (key === undefined) throw errors.unknownKey(id);
  if (key.sessionToken !== fields.get("x-amz-security-token")) throw errors.wrongToken();
  const expected = sign(
    signingKey(key.secretAccessKey, { date, region: signedRegion, service }),
    given("policy"),
  );
  if (expected !== signature) {
    throw errors.mismatch({
      AWSAccessKeyId: id,
      StringToSign: given("policy"),
      SignatureProvided: signature,
    });
  }
  if (key.expiresAt !== undefined && key.expiresAt <= now) throw errors.expiredToken();
  return key;
}
