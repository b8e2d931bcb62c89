import pg from "pg";
import { fileNamesOf, type RecordName } from "./file-name.ts";

/** Runs one statement. */
export type Execute = (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** A migration that the database has on record. */
export interface AppliedMigration {
  /** Its file name, as `SequelizeMeta` has it. */
  readonly name: string;
  /** Of the source that was applied last; undefined where another tool, or an older version of this one, recorded it. */
  readonly sourceSha256?: string;
}

/** Which of the tables of records there are. */
export interface RecordTables {
  readonly hasRecords: boolean;
  readonly hasHistory: boolean;
  /** Whether the history has digests of sources, which older versions of this did not write. */
  readonly hasDigests: boolean;
}

export const recordTablesStatement = `
  SELECT to_regclass('"SequelizeMeta"') IS NOT NULL AS "hasRecords", to_regclass('"SequelizeMetaHistory"') IS NOT NULL AS "hasHistory",
         EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"SequelizeMetaHistory"')
                    AND attname = 'source_sha256' AND NOT attisdropped) AS "hasDigests"`;

/** What the database has on record, in one round trip. Changes nothing: a database without the tables has no records. */
export async function readRecords(
  client: Pick<pg.Client, "query">,
  { hasRecords, hasDigests }: RecordTables,
): Promise<AppliedMigration[]> {
  if (!hasRecords) return [];
  const statements = [
    'SELECT name FROM "SequelizeMeta" ORDER BY name',
    `SELECT DISTINCT ON (name) name, source_sha256 AS sum FROM "SequelizeMetaHistory"
      WHERE direction = 'up' AND status = 'succeeded' ORDER BY name, id DESC`,
  ];
  const answers = [await client.query(statements.slice(0, hasDigests ? 2 : 1).join("; "))].flat();
  const [names = [], sums = []] = answers.map(({ rows }) => rows as { name: string; sum?: string | null }[]);
  const sumOf = new Map(sums.map(({ name, sum }) => [name, sum]));
  return names.map(({ name }) => {
    const sum = sumOf.get(name) ?? null;
    return sum === null ? { name } : { name, sourceSha256: sum };
  });
}

/** Makes the tables that are missing; SequelizeMeta exactly as sequelize-cli makes it. */
export function tablesToMake({ hasRecords, hasHistory, hasDigests }: RecordTables): string[] {
  return [
    ...(hasRecords
      ? []
      : [
          'CREATE TABLE IF NOT EXISTS "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))',
        ]),
    ...(hasHistory
      ? []
      : [
          `CREATE TABLE IF NOT EXISTS "SequelizeMetaHistory" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    direction text NOT NULL,
    status text NOT NULL,
    sha256 text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    duration_ms integer,
    release text,
    commit text,
    run text,
    error text
  )`,
        ]),
    // What versions before this one lack; their rows are compared by name alone.
    ...(hasDigests ? [] : ['ALTER TABLE "SequelizeMetaHistory" ADD COLUMN IF NOT EXISTS source_sha256 text']),
  ];
}

/** Who changes the schema, for the history. */
export interface Author {
  readonly release: string;
  readonly commit: string;
  readonly run: string;
}

interface HistoryRow {
  readonly name: string;
  readonly direction: "up" | "down";
  readonly status: "started" | "succeeded" | "failed";
  readonly sha256: string;
  readonly sourceSha256?: string | undefined;
  readonly durationMs?: number;
  readonly error?: string;
}

/** Adds a row to the history; `where` may keep it from being added. */
export function historyStatement(row: HistoryRow, author: Author, where = "true"): string {
  const values = [
    row.name,
    row.direction,
    row.status,
    row.sha256,
    row.durationMs === undefined ? null : Math.round(row.durationMs),
    author.release,
    author.commit,
    author.run,
    row.error ?? null,
    row.sourceSha256 ?? null,
  ].map(literal);
  values[4] = `${values[4]}::integer`;
  return `INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256, duration_ms, release, commit, run, error, source_sha256)
     SELECT ${values.join(", ")} WHERE ${where}`;
}

/**
 * Writes or removes the record of one migration; `where` may keep it from being written. Where `sequelize-cli
 * db:migrate:schema:timestamps:add` ran, the table has the two times as well; where not, they are ignored.
 */
export function recordStatement(direction: "up" | "down", record: RecordName, where = "true"): string {
  if (direction === "down") return `DELETE FROM "SequelizeMeta" WHERE ${recordCondition(record)}`;
  const row = `jsonb_build_object('name', ${literal(record.fileName)}, 'createdAt', now(), 'updatedAt', now())`;
  return `INSERT INTO "SequelizeMeta" SELECT * FROM jsonb_populate_record(NULL::"SequelizeMeta", ${row}) WHERE ${where}`;
}

/**
 * Keeps everybody else from recording migrations until the transaction ends. Covers a lost advisory lock and plain sequelize-cli, which
 * knows of no lock.
 */
export const fenceStatement = 'LOCK TABLE "SequelizeMeta" IN SHARE ROW EXCLUSIVE MODE';

/** Whether a migration is on record, as SQL. */
export function isRecorded(record: RecordName): string {
  return `EXISTS (SELECT FROM "SequelizeMeta" WHERE ${recordCondition(record)})`;
}

/** By the index of the names, however many there are. */
function recordCondition(record: RecordName): string {
  return `name IN (${fileNamesOf(record).map(literal).join(", ")})`;
}

export function literal(value: string | number | null): string {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : pg.escapeLiteral(value.replaceAll("\0", ""));
}
