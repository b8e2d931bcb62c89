import { ActionError, type ErrorCode, type ErrorOptions } from "../../kit/errors.ts";
import type { DatabaseAddress } from "./address.ts";

/** The SQLSTATE, or the code of Node's network and TLS errors; "" when there is none. Looks through Sequelize's wrapping. */
export function sqlState(error: unknown): string {
  const { code, parent } = (error ?? {}) as { code?: unknown; parent?: unknown };
  if (typeof code === "string" && code !== "") return code;
  return parent === undefined || parent === error ? "" : sqlState(parent);
}

/** A lock that was not granted in time, or a deadlock: nothing happened, and the same may work in a moment. */
export function isLockConflict(error: unknown): boolean {
  return ["55P03", "40P01"].includes(sqlState(error));
}

/** Starting up, out of connections, or a network that hiccups: worth asking again. */
export function isTransient(error: unknown): boolean {
  return ["57P03", "53300", "08006", "08001", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN"].includes(
    sqlState(error),
  );
}

/** Whether the session is gone: ended by the server, or by the network. What its transaction did is rolled back. */
export function isLostConnection(error: unknown): boolean {
  return (
    ["57P01", "57P02", "57P03", "08006", "08003", "ECONNRESET", "EPIPE"].includes(sqlState(error)) ||
    (error instanceof Error &&
      /Connection terminated|Client has encountered a connection error/.test(error.message))
  );
}

/** Whether an error is about getting, or keeping, a session at all. Sequelize names its errors of that kind alike. */
export function isOfConnection(error: unknown): boolean {
  const name = error instanceof Error ? error.name : "";
  return isLostConnection(error) || /^Sequelize(Connection|Host|AccessDenied|InvalidConnection)/.test(name);
}

interface Refusal {
  readonly code: ErrorCode;
  /** Begins with, or contains, the database that it is about. */
  readonly message: string;
  readonly hint: string;
}

/** What is told by a message, since there is no code for it. */
function refusalByMessage(error: unknown, at: string): Refusal | undefined {
  const message = error instanceof Error ? error.message : "";
  if (/does not support SSL/i.test(message)) {
    return {
      code: "DatabaseUntrusted",
      message: `${at} does not speak TLS`,
      hint: "switch TLS on in the server",
    };
  }
  if (/unsupported startup parameter/i.test(message)) {
    return {
      code: "DatabaseRefused",
      message: `a pooler in front of ${at} takes no settings with a connection`,
      hint: directAddress,
    };
  }
  return undefined;
}

export const directAddress =
  "give the database's own address, not that of a pooler: migrations need sessions that stay";

/** Each refusal that has a name: what it says of the database `at`, and what to do. */
function namedRefusal(
  state: string,
  at: string,
  { user, host, database, origin }: DatabaseAddress,
): Refusal | undefined {
  const refused = (message: string, hint: string): Refusal => ({ code: "DatabaseRefused", message, hint });
  const unreachable = (message: string, hint: string): Refusal => ({
    code: "DatabaseUnreachable",
    message,
    hint,
  });
  const untrusted = (problem: string, hint: string): Refusal => ({
    code: "DatabaseUntrusted",
    message: `the certificate of ${at} ${problem}`,
    hint,
  });
  const foreignCa = untrusted(
    "is not trusted",
    "give the CA that issued it as input `database-ca`; for RDS the text of the region's bundle from truststore.pki.rds.amazonaws.com",
  );
  const table: Readonly<Record<string, Refusal>> = {
    "28P01": refused(
      `${at} refused the password of user "${user}"`,
      `check the password of user "${user}" in the ${origin.name}; ${origin.refused}`,
    ),
    "28000": refused(
      `${at} does not let user "${user}" in`,
      `check that user "${user}" exists, may log in, and is allowed from this address (pg_hba.conf; for IAM users rds_iam)`,
    ),
    "3D000": refused(
      `there is no database "${database}" at ${at}`,
      `create it, or correct its name in the ${origin.name}`,
    ),
    "42501": refused(
      `user "${user}" may not connect to ${at}`,
      `GRANT CONNECT ON DATABASE "${database}" TO "${user}"`,
    ),
    "53300": refused(
      `${at} has no connection left for user "${user}"`,
      "end sessions that nobody uses, raise max_connections, or lift the user's or the database's CONNECTION LIMIT: a migration takes two",
    ),
    "57P03": unreachable(
      `${at} is starting, stopping or recovering`,
      "run again when it accepts connections",
    ),
    CERT_HAS_EXPIRED: untrusted(
      "has expired, or its CA's has",
      "renew it; for RDS, choose a CA that is valid (rds-ca-rsa2048-g1, say) and apply it",
    ),
    CERT_NOT_YET_VALID: untrusted(
      "is not valid yet",
      "check the clock of this machine and of whoever issued it",
    ),
    ERR_TLS_CERT_ALTNAME_INVALID: untrusted(
      "is made out to another host",
      "give the host name that the certificate is made out to; for RDS the instance's own endpoint, not an alias",
    ),
    SELF_SIGNED_CERT_IN_CHAIN: foreignCa,
    DEPTH_ZERO_SELF_SIGNED_CERT: foreignCa,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreignCa,
    UNABLE_TO_GET_ISSUER_CERT: foreignCa,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreignCa,
    ENOTFOUND: unreachable(
      `there is no host of that name: ${at}`,
      `correct "${host}" in the ${origin.name}; a private name resolves inside its network alone`,
    ),
    ECONNREFUSED: unreachable(
      `nothing listens there: ${at}`,
      `check host and port in the ${origin.name}, and that the server runs`,
    ),
  };
  return table[state];
}

/** Why the database let nobody in, and what to do. Names host, user and database; never the password. */
export function describeConnectionError(error: unknown, address: DatabaseAddress): ActionError {
  const at = `database "${address.database}" at ${address.host}:${address.port}`;
  const state = sqlState(error);
  const { code, message, hint } = refusalByMessage(error, at) ??
    namedRefusal(state, at, address) ?? {
      code: "DatabaseUnreachable",
      message: isLostConnection(error) ? `the connection to ${at} broke` : `${at} cannot be reached`,
      hint: isLostConnection(error)
        ? "run again when it is back; it was restarted, failed over, or somebody ended the session"
        : `check host and port in the ${address.origin.name}, that the server runs, and that its security group lets this runner in`,
    };
  const options: ErrorOptions = { hint, ...(state === "" ? {} : { details: { code: state } }), cause: error };
  return new ActionError(code, message, options);
}
