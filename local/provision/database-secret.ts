import type { Secrets } from "../aws/secrets-manager/secrets.ts";
import type { EnvironmentNames } from "./names.ts";

/**
 * Keeps the database of an environment, whose address holds the password of its owner, as a secret: in the structure of
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html. Returns the ARN.
 */
export function provisionDatabaseSecret(
  secrets: Secrets,
  { databaseSecret }: EnvironmentNames,
  address: string,
): string {
  const url = new URL(address);
  const value = {
    engine: "postgres",
    host: url.hostname,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    dbname: url.pathname.slice(1),
    port: Number(url.port),
  };
  return secrets.put(databaseSecret, JSON.stringify(value));
}
