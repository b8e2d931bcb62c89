import type { Execute } from "./records.ts";

/** A moment in a database's life, to ask later what changed since. */
export interface Moment {
  /** The transaction id that nobody had yet. */
  readonly nextTransaction: string;
  /** Of the relations that were there, by oid. */
  readonly relations: ReadonlyMap<string, string>;
  /** Oids of the invalid indexes that were there. */
  readonly invalidIndexes: ReadonlySet<string>;
}

const ofUsers = "nspname !~ '^pg_' AND nspname <> 'information_schema' AND relname !~ '^SequelizeMeta'";

/** Asks for the transaction id that nobody has yet, as `next`. */
export const nextTransaction = 'txid_snapshot_xmax(txid_current_snapshot()) % 4294967296 AS "next"';

/** Asks for the relations that are there; only a migration that is not in one transaction can leave them half built, or gone. */
export const relationsStatement = `SELECT pg_class.oid::text, pg_class.oid::regclass::text AS name, i.indisvalid AS valid
           FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_index i ON indexrelid = pg_class.oid
          WHERE ${ofUsers} AND relkind IN ('r', 'p', 'v', 'm', 'i', 'S')`;

export function momentOf(next: unknown, relations: readonly Record<string, unknown>[]): Moment {
  return {
    nextTransaction: String(next),
    relations: new Map(relations.map(({ oid, name }) => [String(oid), String(name)])),
    invalidIndexes: new Set(relations.filter(({ valid }) => valid === false).map(({ oid }) => String(oid))),
  };
}

/** What of the schema is other than it was then, in words; whoever changed it. Rows are not looked at. */
export async function changesSince(execute: Execute, then: Moment): Promise<readonly string[]> {
  const rows = await execute(
    `WITH since AS (SELECT age($1::text::xid) AS transactions),
          relation AS (SELECT pg_class.oid, relkind, relname, pg_class.oid::regclass::text AS name, pg_class.xmin
                         FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE ${ofUsers}),
          made AS (SELECT r.oid FROM relation r, since
                    WHERE age((SELECT min_xmin.xmin FROM pg_attribute min_xmin
                                WHERE attrelid = r.oid ORDER BY attnum LIMIT 1)) <= transactions)
     SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'table ' WHEN 'i' THEN 'index ' WHEN 'I' THEN 'index '
                         WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'sequence ' END || name AS what
       FROM relation JOIN made USING (oid) WHERE relkind IN ('r', 'p', 'v', 'm', 'i', 'I', 'S')
     UNION ALL
     SELECT CASE WHEN attisdropped THEN 'a column less in ' || r.name ELSE 'column ' || r.name || '.' || attname END
       FROM pg_attribute a JOIN relation r ON r.oid = attrelid, since
      WHERE relkind IN ('r', 'p') AND attnum > 0 AND age(a.xmin) <= transactions AND r.oid NOT IN (SELECT oid FROM made)
     UNION ALL
     SELECT 'constraint ' || conname || ' on ' || r.name
       FROM pg_constraint c JOIN relation r ON r.oid = conrelid, since
      WHERE age(c.xmin) <= transactions AND r.oid NOT IN (SELECT oid FROM made)
     UNION ALL
     SELECT 'value ''' || enumlabel || ''' of type ' || enumtypid::regtype::text FROM pg_enum, since WHERE age(pg_enum.xmin) <= transactions
     UNION ALL
     SELECT 'function ' || p.oid::regproc::text FROM pg_proc p, since WHERE age(p.xmin) <= transactions
     ORDER BY what`,
    [then.nextTransaction],
  );
  const kept =
    then.relations.size === 0
      ? []
      : await execute("SELECT oid::text FROM pg_class WHERE oid = ANY($1::oid[])", [
          [...then.relations.keys()],
        ]);
  const still = new Set(kept.map(({ oid }) => String(oid)));
  const gone = [...then.relations].filter(([oid]) => !still.has(oid)).map(([, name]) => `${name} no longer`);
  return [...rows.map(({ what }) => String(what)), ...gone.sort()];
}

/** The invalid indexes that were not there then and that nobody is building now. */
export async function newInvalidIndexes(execute: Execute, then: Moment): Promise<readonly string[]> {
  const rows = await execute(
    `SELECT indexrelid::text AS oid, indexrelid::regclass::text AS name FROM pg_index
      WHERE NOT indisvalid AND ${nobodyBuilds} ORDER BY name`,
  );
  return rows.filter(({ oid }) => !then.invalidIndexes.has(String(oid))).map(({ name }) => String(name));
}

const nobodyBuilds = `NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid)`;

/** Drops what an earlier try left of an index; resolves with its name, if there was one. */
export async function dropInvalidIndex(
  execute: Execute,
  { name, table }: { readonly name: string; readonly table: string },
): Promise<string | undefined> {
  const [found] = await execute(
    `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE indrelid = to_regclass($1) AND relname = $2 AND NOT indisvalid AND ${nobodyBuilds}`,
    [table, name],
  );
  if (found === undefined) return undefined;
  await dropIndex(execute, String(found.name));
  return String(found.name);
}

/** By the name that the catalogue gives, quoted and qualified as it has to be. */
export async function dropIndex(execute: Execute, name: string): Promise<void> {
  await execute(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}
