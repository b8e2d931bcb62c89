import type pg from "pg";
import { ActionError } from "../../kit/errors.ts";
import type { DatabaseAddress } from "./address.ts";
import { directAddress } from "./database-errors.ts";

/** The server process that the protocol names; a pooler names another than the one that works. */
export function protocolProcess(client: pg.Client): number {
  return (client as unknown as { readonly processID: number | null }).processID ?? 0;
}

/** A setting that means nothing to the server. */
export const settingsMark = "udagram_pipeline.settings";

/** What a session finds, before anything is done in it. */
export interface SessionState {
  readonly user: string;
  /** Where migrations make what they do not qualify; null where the search_path names none that exists. */
  readonly schema: string | null;
  readonly searchPath: string;
  readonly mayCreate: boolean | null;
  readonly isReplica: boolean;
  readonly isReadOnly: boolean;
  readonly backend: number;
  /** Whether the settings of the connection hold in it. */
  readonly isSet: boolean;
  /** `15.18 (Debian 15.18-1)` */
  readonly version: string;
}

/** Asks for the state of the session. */
export const sessionStateStatement = `
    SELECT current_user AS "user", current_schema() AS schema, current_setting('search_path') AS "searchPath",
           has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate", pg_is_in_recovery() AS "isReplica",
           current_setting('transaction_read_only') = 'on' AS "isReadOnly",
           pg_backend_pid() AS backend,
           current_setting('${settingsMark}', true) IS NOT DISTINCT FROM 'taken' AS "isSet",
           current_setting('server_version') AS version`;

async function backendOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ backend: number }>("SELECT pg_backend_pid() AS backend");
  return rows[0]?.backend;
}

/**
 * Refuses a pooler that gives a session's next statement to another server process. Behind every pooler the process of the protocol
 * is not the server's; behind such a one, a session that opens a transaction gets the process that the first one had.
 */
export async function refusePooler(
  client: pg.Client,
  { backend }: Pick<SessionState, "backend">,
  openOther: () => Promise<pg.Client>,
): Promise<void> {
  const other = await openOther();
  try {
    await other.query("BEGIN");
    await other.query("SELECT 1");
    if ((await backendOf(client)) === backend) return;
    throw new ActionError(
      "DatabaseRefused",
      "a connection pooler in front of the database gives every transaction another session",
      { hint: directAddress },
    );
  } finally {
    await other.end();
  }
}

/** Without the settings of its connection a migration has no limits. */
export function refuseWithoutSettings({ isSet }: SessionState): void {
  if (isSet) return;
  throw new ActionError(
    "DatabaseRefused",
    "a connection pooler in front of the database takes no settings with a connection, and drops them",
    { hint: directAddress },
  );
}

/** Throws `DatabaseRefused` where nothing can be changed, whatever a migration says. */
export function refuseUnwritable(state: SessionState, { database }: Pick<DatabaseAddress, "database">): void {
  const { user, schema, searchPath, mayCreate, isReplica, isReadOnly } = state;
  const refuse = (message: string, hint: string): never => {
    throw new ActionError("DatabaseRefused", message, { hint });
  };
  if (isReplica) {
    refuse(
      `"${database}" is a replica, which is read-only`,
      "give the address of the primary, the writer endpoint",
    );
  }
  if (isReadOnly) {
    refuse(
      `"${database}" is read-only for user "${user}"`,
      `ALTER DATABASE "${database}" RESET default_transaction_read_only (or the user's own setting); a server whose storage is full is read-only too`,
    );
  }
  if (schema === null) {
    refuse(
      `no schema of the search_path of user "${user}" exists: ${searchPath}`,
      "create the schema, or name one that exists in the user's search_path",
    );
  }
  if (mayCreate === false) {
    refuse(
      `user "${user}" may not create anything in schema "${schema}"`,
      `GRANT CREATE ON SCHEMA ${schema} TO "${user}", or better give the address with the user that owns it`,
    );
  }
}
