import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { type Inputs, integer, optionalText, type Parser } from "../../kit/inputs.ts";
import type { AddressSource } from "./login.ts";
import type { AwsInputs } from "./secret-address.ts";

const aPort = integer(1, 65_535);
const optionalPort: Parser<number | ""> = (value) => (value === "" ? "" : aPort(value));

/** The two ways to say where the database is, of which a step is given one: an address, or the secret that holds it. */
export const databaseInputs = {
  "database-url": optionalText,
  "database-secret": optionalText,
  "database-host": optionalText,
  "database-port": optionalPort,
  "database-name": optionalText,
  "database-ca": optionalText,
} as const;

export type DatabaseInputs = Inputs<typeof databaseInputs> & AwsInputs;

/**
 * Where the database's address comes from; undefined where the step was told of none. Reads nothing yet: what a source needs
 * is loaded when it is read, since most steps of a release never are at the database.
 * Throws `InvalidInputs` where both ways are given, or a part of none.
 */
export function databaseSource(given: DatabaseInputs, context: ActionContext): AddressSource | undefined {
  const { "database-url": url, "database-secret": secret, "database-ca": ca } = given;
  if (secret !== "" && url !== "") {
    throw new ActionError("InvalidInputs", 'inputs "database-url" and "database-secret" are both given', {
      hint: `take one of them away: give ${ways}`,
    });
  }
  if (secret !== "") {
    return {
      read: async () => {
        const { readSecretAddress } = await import("./secret-address.ts");
        return readSecretAddress(given, context);
      },
    };
  }
  const parts = (["database-host", "database-port", "database-name"] as const).filter(
    (name) => given[name] !== "",
  );
  if (parts.length > 0) {
    const names = parts.map((name) => `input "${name}"`).join(", ");
    throw new ActionError("InvalidInputs", `${names} completes a secret, and no "database-secret" is given`, {
      hint: "give that secret, or take them away: a `database-url` has all parts",
    });
  }
  return url === "" ? undefined : urlSource(url, ca, context);
}

/** An address that was given as it is. */
export function urlSource(url: string, ca: string, context: Pick<ActionContext, "runner">): AddressSource {
  return {
    read: async () => {
      const { parseAddress } = await import("./address.ts");
      return parseAddress(url, ca, context);
    },
  };
}

/** No database was given, and one is needed; `why` says what for: "to change the schema". */
export function missingDatabase(why: string): ActionError {
  return new ActionError("InvalidInputs", `input "database-secret" or "database-url" is required ${why}`, {
    hint: `give ${ways}`,
  });
}

const ways =
  "the secret of Secrets Manager that holds the database's address (in this repository's workflows the variable DATABASE_SECRET), or the address itself (the secret DATABASE_URL)";
