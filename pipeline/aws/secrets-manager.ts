import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ActionError } from "../kit/errors.ts";
import type { AwsConnection } from "./connection.ts";
import { secretError } from "./secret-errors.ts";

/**
 * The current value of a secret, by its name or ARN; whoever reads it masks it. Throws `SecretNotFound`, `SecretInvalid` for
 * one that is no text, `AccessDenied` with what the role's policy needs, `CredentialsMissing` or `ServiceUnavailable`.
 */
export async function readSecret(id: string, connection: AwsConnection): Promise<string> {
  const client = new SecretsManagerClient(connection);
  try {
    // A policy that allows AWSCURRENT alone denies a request that does not say it: https://github.com/aws/aws-cli/issues/5031
    const asked = new GetSecretValueCommand({ SecretId: id, VersionStage: "AWSCURRENT" });
    const { SecretString } = await client.send(asked);
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw secretError(error, id, connection.region);
  } finally {
    client.destroy();
  }
  throw new ActionError("SecretInvalid", `the secret "${id}" is binary`, {
    hint: "store it as text: a whole postgres:// address, or JSON as RDS writes it",
  });
}
