import { ActionError } from "../kit/errors.ts";
import { missingCredentials } from "./missing-credentials.ts";

/** What a failed GetSecretValue means to the reader. */
export function secretError(error: unknown, id: string, region: string): unknown {
  const missing = missingCredentials(error);
  if (missing) return missing;
  if (!(error instanceof Error) || error instanceof ActionError) return error;
  const details = { reason: error.message };
  switch (error.name) {
    case "ResourceNotFoundException":
      return new ActionError("SecretNotFound", `the secret "${id}" does not exist in region "${region}"`, {
        hint: "correct the input `database-secret` (here the variable DATABASE_SECRET) or `aws-region`; of an ARN give all of it, with the hyphen and six characters at its end",
        details,
        cause: error,
      });
    case "InvalidRequestException":
      return new ActionError("SecretNotFound", `the secret "${id}" cannot be read as it is`, {
        hint: "restore it where it is marked for deletion (`aws secretsmanager restore-secret`), or name another",
        details,
        cause: error,
      });
    case "DecryptionFailure":
      return new ActionError("AccessDenied", `the secret "${id}" cannot be decrypted`, {
        hint: "allow the role kms:Decrypt on the key that the secret is encrypted with, and check that the key is enabled",
        details,
        cause: error,
      });
    case "AccessDeniedException":
      return new ActionError("AccessDenied", `the role may not read the secret "${id}"`, {
        hint: missingPermission(error.message, id, region),
        details,
        cause: error,
      });
  }
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const isThrottled = /Throttling|TooManyRequests/.test(error.name);
  if (status !== undefined && status < 500 && !isThrottled) return error;
  return new ActionError("ServiceUnavailable", `Secrets Manager does not give the secret "${id}"`, {
    hint: "run the job again; if it stays, check AWS's status, the region and the endpoint",
    details,
    cause: error,
  });
}

/** The action and the resource that the role's policy lacks, as IAM names them. */
function missingPermission(message: string, id: string, region: string): string {
  // A secret with a key of its own is refused in KMS's words.
  if (/\bKMS\b/i.test(message))
    return "allow the role kms:Decrypt on the key that the secret is encrypted with";
  const [, resource = id] = / on resource: (\S+)/.exec(message) ?? [];
  const [, partition = "aws", account = "<account>"] = /arn:([\w-]+):sts::(\d+):/.exec(message) ?? [];
  // A secret that nobody has is refused by the name that it was asked for.
  const arn = resource.startsWith("arn:")
    ? resource
    : `arn:${partition}:secretsmanager:${region}:${account}:secret:${resource}-??????`;
  return `allow secretsmanager:GetSecretValue on "${arn}" in the role's policy, and check that the secret's name is right`;
}
