import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import type { Store } from "../releases/store/objects.ts";
import { type AddressSource, Login } from "./database/login.ts";
import type { SchemaState } from "./judge/schema-state.ts";
import { readSchemaState, writeSchemaState } from "./stored-state.ts";

/** Tables that are written down. */
const most = 500;
/** Where nothing was applied, sizes of the day before do. */
const freshMs = 86_400_000;

/** The server's major and its largest tables; rows are PostgreSQL's own estimate. */
export async function readDatabaseState(source: AddressSource, context: ActionContext): Promise<SchemaState> {
  const { applicationName, connectClient } = await import("./database/connect.ts");
  const client = await connectClient(new Login(source, context), applicationName(context), context);
  try {
    const { rows } = await client.query<Row>(tablesQuery);
    const tables = rows.filter(({ name }) => name !== null).slice(0, most);
    return {
      schema: 1,
      at: context.clock.now().toISOString(),
      postgres: rows[0]?.postgres ?? 0,
      tables: Object.fromEntries(
        tables.map(({ name, rows: count, bytes }) => [name, { rows: Number(count), bytes: Number(bytes) }]),
      ),
      isWhole: rows.length <= most,
    };
  } finally {
    await client.end();
  }
}

interface Row {
  readonly postgres: number;
  readonly name: string | null;
  readonly rows: string;
  readonly bytes: string;
}

const tablesQuery = `SELECT current_setting('server_version_num')::int / 10000 AS postgres,
            CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
            greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint::text AS rows,
            pg_total_relation_size(c.oid)::text AS bytes
       FROM (SELECT 1) AS one LEFT JOIN pg_class c ON c.relkind IN ('r', 'p', 'm') AND NOT starts_with(c.relname, 'SequelizeMeta')
        AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_'))
       LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
      ORDER BY pg_total_relation_size(c.oid) DESC NULLS LAST LIMIT ${most + 1}`;

/**
 * Writes down what an environment's database is like, for plans to say how long others would wait. Never fails: nothing of a deploy
 * depends on it.
 */
export async function noteDatabase(
  { store, environment }: { readonly store: Store; readonly environment: string },
  hasChanged: boolean,
  source: AddressSource,
  context: ActionContext,
): Promise<void> {
  const { clock, runner, signal } = context;
  try {
    const known = await readSchemaState(store, environment);
    const age = known === undefined ? Number.POSITIVE_INFINITY : clock.now().getTime() - Date.parse(known.at);
    if (!hasChanged && age < freshMs) return;
    await writeSchemaState(store, environment, await readDatabaseState(source, context));
  } catch (error) {
    signal.throwIfAborted();
    runner.info(`the sizes of tables were not written down: ${explain(error)}`);
  }
}
