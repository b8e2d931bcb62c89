import { connectionTo } from "../../aws/connection.ts";
import { readSecret } from "../../aws/secrets-manager.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { addressOf, type DatabaseAddress } from "./address.ts";
import { type AddressParts, missingPart } from "./address-parts.ts";
import { partsOfSecret } from "./secret-value.ts";

export interface AwsInputs {
  readonly "aws-region": string;
  readonly "role-to-assume": string;
}

/** What a secret's address is made of; "" is an input that was left out. */
interface SecretInputs extends AwsInputs {
  /** Name or ARN. */
  readonly "database-secret": string;
  readonly "database-host": string;
  readonly "database-port": number | "";
  readonly "database-name": string;
  readonly "database-ca": string;
}

/**
 * Reads the address from the secret, and masks what is secret of it. Host, port and name that are given count before the
 * secret's own: a secret that RDS manages has none, and one of a database behind a proxy another.
 * Throws `SecretInvalid`, which names the wrong or missing part and never shows the secret, and what `readSecret` throws.
 */
export async function readSecretAddress(
  given: SecretInputs,
  context: ActionContext,
): Promise<DatabaseAddress> {
  const id = given["database-secret"];
  const text = await readSecret(id, connectionTo("SECRETS_MANAGER", given, context));
  let held: AddressParts;
  try {
    held = partsOfSecret(text, context.runner);
  } catch (error) {
    throw invalid(id, explain(error), `store it as ${forms}`);
  }
  const parts: AddressParts = {
    ...held,
    host: given["database-host"] || held.host,
    port: given["database-port"] || held.port,
    database: given["database-name"] || held.database,
  };
  const missing = missingPart(parts);
  if (missing !== undefined) throw invalid(id, `has no ${missing}`, remedies[missing]);
  return addressOf(parts, given["database-ca"], {
    name: `secret "${id}"`,
    refused:
      "it was read again, and what it has now is refused too: where a rotation is under way run the job again, else rotate it, or correct it",
  });
}

const forms =
  'a whole address, postgres://user:password@host:5432/database, or as JSON with "username" and "password"';

const remedies = {
  host: 'give the input `database-host` (here the variable DATABASE_HOST), or add "host" to the secret',
  database: 'give the input `database-name` (here the variable DATABASE_NAME), or add "dbname" to the secret',
  user: `store it as ${forms}`,
  password: `store it as ${forms}`,
};

function invalid(id: string, problem: string, hint: string): ActionError {
  return new ActionError("SecretInvalid", `the secret "${id}" ${problem}`, { hint });
}
