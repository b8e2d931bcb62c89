import type { Sequelize } from "sequelize";
import { type RecordName, stemOf } from "./file-name.ts";

/** Runs one statement; a pg.Client's and Sequelize's own forms differ. */
export type Execute = (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Statements through Sequelize run in the transaction that is open around them; the log is for the migrations' own. */
export function executeWith(sequelize: Pick<Sequelize, "query">): Execute {
  return async (sql, values) => {
    const [rows] = await sequelize.query(sql, {
      logging: false,
      ...(values === undefined ? {} : { bind: [...values] }),
    });
    return (rows ?? []) as Record<string, unknown>[];
  };
}

/** A migration that the database has on record. */
export interface AppliedMigration {
  /** Its file name, as `SequelizeMeta` has it. */
  readonly name: string;
  /** Of the source that was applied last; undefined where another tool, or an older version of this one, recorded it. */
  readonly sourceSha256?: string;
}

/** What the database has on record. Changes nothing: a database without the tables has no records. */
export async function readRecords(execute: Execute): Promise<AppliedMigration[]> {
  const [tables] = await execute(
    `SELECT to_regclass('"SequelizeMeta"') IS NOT NULL AS meta,
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('"SequelizeMetaHistory"')
                       AND attname = 'source_sha256' AND NOT attisdropped) AS history`,
  );
  if (!tables?.meta) return [];
  const names = await execute('SELECT name FROM "SequelizeMeta" ORDER BY name');
  const sums = tables.history
    ? await execute(
        `SELECT DISTINCT ON (name) name, source_sha256 AS sum FROM "SequelizeMetaHistory"
          WHERE direction = 'up' AND status = 'succeeded' ORDER BY name, id DESC`,
      )
    : [];
  const sumOf = new Map(sums.map(({ name, sum }) => [name, sum as string | null]));
  return names.map(({ name }) => {
    const sum = sumOf.get(name) ?? null;
    return sum === null ? { name: String(name) } : { name: String(name), sourceSha256: sum };
  });
}

/** Makes the tables where they are missing; SequelizeMeta exactly as sequelize-cli makes it. */
export async function ensureTables(execute: Execute): Promise<void> {
  await execute(
    'CREATE TABLE IF NOT EXISTS "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))',
  );
  await execute(`CREATE TABLE IF NOT EXISTS "SequelizeMetaHistory" (
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
  )`);
  // What versions before this one lack; their rows are compared by name alone.
  await execute('ALTER TABLE "SequelizeMetaHistory" ADD COLUMN IF NOT EXISTS source_sha256 text');
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

export async function writeHistory(execute: Execute, row: HistoryRow, author: Author): Promise<void> {
  await execute(
    `INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256, duration_ms, release, commit, run, error, source_sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
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
    ],
  );
}

/** Writes or removes the record of one migration. */
export async function recordMigration(
  execute: Execute,
  direction: "up" | "down",
  record: RecordName,
): Promise<void> {
  if (direction === "up") {
    await execute('INSERT INTO "SequelizeMeta" (name) VALUES ($1)', [record.fileName]);
    return;
  }
  const { where, value } = recordCondition(record);
  await execute(`DELETE FROM "SequelizeMeta" WHERE ${where}`, [value]);
}

/**
 * Keeps everybody else from recording migrations until the transaction ends, and says whether the migration is on record
 * now. Covers a lost advisory lock and plain sequelize-cli, which knows of no lock.
 */
export async function fence(execute: Execute, record: RecordName): Promise<boolean> {
  await execute('LOCK TABLE "SequelizeMeta" IN SHARE ROW EXCLUSIVE MODE');
  const { where, value } = recordCondition(record);
  const [row] = await execute(`SELECT EXISTS (SELECT FROM "SequelizeMeta" WHERE ${where}) AS is`, [value]);
  return row?.is === true;
}

/** What `isRecord` says, in SQL. */
function recordCondition({ fileName, isOfAnyEnding }: RecordName): { where: string; value: string } {
  return isOfAnyEnding
    ? { where: "regexp_replace(name, '\\.[cm]?[jt]s$', '') = $1", value: stemOf(fileName) }
    : { where: "name = $1", value: fileName };
}
