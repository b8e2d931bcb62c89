// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
import { AwsError } from "../../service.ts";
import type { PostedForm } from "./form.ts";

type Condition = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Fields that no condition has to name. */
const unnamed = /^(x-amz-signature|signature|awsaccesskeyid|policy|file|x-ignore-.*)$/;

/** Throws what S3 answers where the form is not what its policy allows, or too late. */
export function checkFormPolicy(form: PostedForm, now: Date): void {
  const { expiration, conditions } = parsePolicy(form.fields.get("policy") ?? "");
  if (now >= expiration) throw refused("Policy expired.");
  const values = new Map([...form.fields, ["bucket", form.bucket]]);
  const named = new Set<string>();
  for (const condition of conditions) {
    const [operator, field, value] = asTriple(condition);
    if (operator === "content-length-range") {
      checkSize(form.file.length, Number(field), Number(value));
      continue;
    }
    const name = String(field).replace(/^\$/, "").toLowerCase();
    named.add(name);
    const given = values.get(name) ?? "";
    const holds = operator === "eq" ? given === value : given.startsWith(String(value));
    if (!holds) {
      throw refused(`Policy Condition failed: ["${operator}", "$${name}", "${value}"]`);
    }
  }
  const extra = [...form.fields.keys()].filter((name) => !named.has(name) && !unnamed.test(name));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(", ")}`);
}

function parsePolicy(text: string): { readonly expiration: Date; readonly conditions: readonly Condition[] } {
  let policy: { expiration?: unknown; conditions?: unknown } | undefined;
  try {
    policy = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    throw malformed("'{' expected near: \"\"");
  }
  const expiration = new Date(String(policy?.expiration));
  if (Number.isNaN(expiration.getTime())) throw malformed("Policy is missing expiration.");
  if (!Array.isArray(policy?.conditions)) throw malformed("Policy is missing conditions.");
  return { expiration, conditions: policy.conditions as Condition[] };
}

/** `{"acl": "private"}` is short for `["eq", "$acl", "private"]`. */
function asTriple(condition: Condition): readonly [string, unknown, unknown] {
  if (!Array.isArray(condition)) {
    const [[name, value] = []] = Object.entries(condition);
    return ["eq", `$${name}`, value];
  }
  const [operator, field, value] = condition;
  const known = String(operator).toLowerCase();
  if (condition.length !== 3 || !["eq", "starts-with", "content-length-range"].includes(known)) {
    throw malformed(`Invalid Condition: ${JSON.stringify(condition)}`);
  }
  return [known, field, value];
}

function checkSize(size: number, least: number, most: number): void {
  if (size > most) {
    throw new AwsError("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
      ProposedSize: size,
      MaxSizeAllowed: most,
    });
  }
  if (size < least) {
    throw new AwsError(
      "EntityTooSmall",
      400,
      "Your proposed upload is smaller than the minimum allowed size",
      { ProposedSize: size, MinSizeAllowed: least },
    );
  }
}

function refused(why: string): AwsError {
  return new AwsError("AccessDenied", 403, `Invalid according to Policy: ${why}`);
}

function malformed(why: string): AwsError {
  return new AwsError("InvalidPolicyDocument", 400, `Invalid Policy: Invalid JSON: ${why}`);
}
