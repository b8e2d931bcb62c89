// The schema of a database at one moment of one session, read from its catalogue.

/** By oid, as text, where a map. Each name is qualified where its schema is not `public`. */
export interface Snapshot {
  readonly relations: ReadonlyMap<string, Relation>;
  /** By `<oid of the table>.<number>`. */
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly indexes: ReadonlyMap<string, Index>;
  readonly triggers: ReadonlyMap<string, { readonly table: string; readonly name: string }>;
  /** Values of enumerations. */
  readonly values: ReadonlyMap<string, { readonly type: string; readonly label: string }>;
  /** Types and functions by what they are: `type mood`. */
  readonly objects: ReadonlyMap<string, { readonly of: string; readonly name: string }>;
}

export interface Relation {
  readonly name: string;
  readonly kind: string;
  /** Another one when it is written anew. */
  readonly file: string;
}

export interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly default: string | null;
  readonly isComputed: boolean;
}

export interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isValid: boolean;
  readonly references: string;
}

export interface Index {
  readonly table: string;
  readonly name: string;
  readonly isUnique: boolean;
  readonly isValid: boolean;
  readonly file: string;
  readonly definition: string;
}

/** What a session holds and has read, in its transaction. */
export interface Activity {
  /** Modes by the table's oid. */
  readonly locks: ReadonlyMap<string, ReadonlySet<string>>;
  /** How often each table was read from end to end, by its oid. */
  readonly scans: ReadonlyMap<string, number>;
}

const ofUsers = "NOT starts_with(n.nspname, 'pg_')";
/** Oids below are PostgreSQL's own. A table that was dropped is locked and in no catalogue, so locks are looked for by oid alone. */
const firstOfUsers = 16384;
const own = "NOT starts_with(c.relname, 'SequelizeMeta')";
const name = (alias: string, column: string): string =>
  `CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || ${alias}.${column}`;
const list = (...columns: readonly string[]): string =>
  `coalesce(json_agg(json_build_array(${columns.join(", ")})), '[]')`;

const activity = `json_build_object(
  'locks', (SELECT ${list("l.relation::text", "l.mode")} FROM pg_locks l
            WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= ${firstOfUsers}),
  'scans', (SELECT ${list("c.oid::text", "pg_stat_get_xact_numscans(c.oid)")} FROM pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid >= ${firstOfUsers} AND c.relkind IN ('r', 'm') AND ${ofUsers} AND ${own} AND pg_stat_get_xact_numscans(c.oid) > 0))`;

const snapshot = `json_build_object(
  'relations', (SELECT ${list("c.oid::text", name("c", "relname"), "c.relkind", "c.relfilenode::text")}
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid >= ${firstOfUsers} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${ofUsers} AND ${own}),
  'columns', (SELECT ${list("a.attrelid::text || '.' || a.attnum", "a.attrelid::text", "a.attname", "format_type(a.atttypid, a.atttypmod)", "a.attnotnull", "pg_get_expr(d.adbin, d.adrelid)", "a.attidentity <> '' OR a.attgenerated <> ''")}
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               WHERE a.attrelid >= ${firstOfUsers} AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${ofUsers} AND ${own}),
  'constraints', (SELECT ${list("o.oid::text", "o.conrelid::text", "o.conname", "o.contype", "o.convalidated", "o.confrelid::text")}
                    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE o.conrelid >= ${firstOfUsers} AND o.contype IN ('c', 'f', 'p', 'u', 'x') AND ${ofUsers} AND ${own}),
  'indexes', (SELECT ${list("i.indexrelid::text", "i.indrelid::text", "x.relname", "i.indisunique", "i.indisvalid", "x.relfilenode::text", "pg_get_indexdef(i.indexrelid)")}
                FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE i.indrelid >= ${firstOfUsers} AND ${ofUsers} AND ${own}),
  'triggers', (SELECT ${list("t.oid::text", "t.tgrelid::text", "t.tgname")} FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND ${ofUsers}),
  'values', (SELECT ${list("e.oid::text", name("t", "typname"), "e.enumlabel")}
               FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace),
  'objects', (SELECT ${list("one.oid", "one.what", "one.name")} FROM (
      SELECT t.oid::text, 'type' AS what, ${name("t", "typname")} AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       WHERE t.oid >= ${firstOfUsers} AND t.typtype IN ('e', 'd') AND ${ofUsers}
      UNION ALL
      SELECT p.oid::text, 'function', ${name("p", "proname")} FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.oid >= ${firstOfUsers} AND ${ofUsers}) AS one))`;

/** Each in one round trip. */
export const activityQuery = `SELECT ${activity} AS activity`;
export const snapshotQuery = `SELECT ${snapshot} AS snapshot`;
export const bothQuery = `SELECT ${activity} AS activity, ${snapshot} AS snapshot`;

type Row = readonly (string | number | boolean | null)[];
type Found = Readonly<Record<string, readonly Row[]>>;

export function parseActivity(value: unknown): Activity {
  const found = (value ?? {}) as Found;
  const locks = new Map<string, Set<string>>();
  for (const [table, mode] of found.locks ?? []) {
    const modes = locks.get(String(table)) ?? new Set();
    locks.set(String(table), modes.add(String(mode).replace(/Lock$/, "")));
  }
  return {
    locks,
    scans: new Map((found.scans ?? []).map(([table, count]) => [String(table), Number(count)])),
  };
}

export function parseSnapshot(value: unknown): Snapshot {
  const found = (value ?? {}) as Found;
  const map = <T>(rows: readonly Row[] | undefined, of: (row: Row) => T): ReadonlyMap<string, T> =>
    new Map((rows ?? []).map(([oid, ...row]) => [String(oid), of(row)]));
  return {
    relations: map(found.relations, ([name, kind, file]) => ({
      name: String(name),
      kind: String(kind),
      file: String(file),
    })),
    columns: map(found.columns, ([table, name, type, isNotNull, expression, isComputed]) => ({
      table: String(table),
      name: String(name),
      type: String(type),
      isNotNull: isNotNull === true,
      default: expression === null ? null : String(expression),
      isComputed: isComputed === true,
    })),
    constraints: map(found.constraints, ([table, name, type, isValid, references]) => ({
      table: String(table),
      name: String(name),
      type: String(type),
      isValid: isValid === true,
      references: String(references),
    })),
    indexes: map(found.indexes, ([table, name, isUnique, isValid, file, definition]) => ({
      table: String(table),
      name: String(name),
      isUnique: isUnique === true,
      isValid: isValid === true,
      file: String(file),
      definition: String(definition),
    })),
    triggers: map(found.triggers, ([table, name]) => ({ table: String(table), name: String(name) })),
    values: map(found.values, ([type, label]) => ({ type: String(type), label: String(label) })),
    objects: map(found.objects, ([of, name]) => ({ of: String(of), name: String(name) })),
  };
}
