import { AwsError } from "../service.ts";

/** Which version of which secret is asked for. */
export interface VersionRequest {
  /** Name or ARN. */
  readonly secretId: string;
  readonly versionId: string | undefined;
  /** A staging label. */
  readonly stage: string | undefined;
}

/** Reads the input of GetSecretValue. Throws SerializationException and ValidationException. */
export function parseVersionRequest(input: Readonly<Record<string, unknown>>): VersionRequest {
  const secretId = text(input, "SecretId", 1, 2048);
  if (secretId === undefined) {
    throw invalid(
      "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
    );
  }
  // Of ARNs too: `valueFrom` of ECS with "#key" after one fails so.
  if (!/^[\w/+=.@!:-]*$/.test(secretId) || (secretId.includes(":") && !secretId.startsWith("arn:"))) {
    throw invalid(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
  return {
    secretId,
    versionId: text(input, "VersionId", 32, 64),
    stage: text(input, "VersionStage", 1, 256),
  };
}

/** A text of the length that the API's reference allows. */
function text(
  input: Readonly<Record<string, unknown>>,
  name: string,
  min: number,
  max: number,
): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new AwsError("SerializationException", 400, `${name} is not a string`);
  if (value.length >= min && value.length <= max) return value;
  const [relation, limit] = value.length < min ? ["greater", min] : ["less", max];
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must have length ${relation} than or equal to ${limit}`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", 400, message);
}
