import { ActionError, type ErrorOptions } from "../../kit/errors.ts";
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

const untrusted = new Set([
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Why the database let nobody in, and what to do. Names host, user and database; never the password. */
export function describeConnectionError(error: unknown, address: DatabaseAddress): ActionError {
  const at = `database "${address.database}" at ${address.host}:${address.port}`;
  const state = sqlState(error);
  const options = (hint: string): ErrorOptions => ({
    hint,
    ...(state === "" ? {} : { details: { code: state } }),
    cause: error,
  });
  if (untrusted.has(state)) {
    const hint =
      state === "ERR_TLS_CERT_ALTNAME_INVALID"
        ? "give the host name that the certificate is made out to; for RDS the instance's own endpoint, not an alias"
        : "give the CA that issued it as input `database-ca`; for RDS the text of the region's bundle from truststore.pki.rds.amazonaws.com";
    return new ActionError("DatabaseUntrusted", `the certificate of ${at} is not trusted`, options(hint));
  }
  if (error instanceof Error && /does not support SSL/i.test(error.message)) {
    return new ActionError(
      "DatabaseUntrusted",
      `${at} does not speak TLS`,
      options("switch TLS on in the server"),
    );
  }
  const refused: Record<string, string> = {
    "28P01": `check the password of user "${address.user}" in the ${address.origin.name}; ${address.origin.refused}`,
    "28000": `check that user "${address.user}" exists, may log in, and is allowed from this address (pg_hba.conf; for IAM users rds_iam)`,
    "3D000": `create the database, or correct its name in the ${address.origin.name}`,
    "42501": `grant user "${address.user}" CONNECT on the database`,
  };
  const hint = refused[state];
  if (hint !== undefined)
    return new ActionError("DatabaseRefused", `${at} refused the connection`, options(hint));
  return new ActionError(
    "DatabaseUnreachable",
    `${at} cannot be reached`,
    options(
      `check host and port in the ${address.origin.name}, that the server runs, and that its security group lets this runner in`,
    ),
  );
}
