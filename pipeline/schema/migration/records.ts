import type { Sequelize } from "sequelize";
import type { MigrationEntry } from "../../bundle/manifest.ts";

/** Runs one statement; a pg.Client's and Sequelize's own forms differ. */
export type Execute = (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Statements through Sequelize run in the transaction that is open around them; the log is for the migrations' own. */
export function executeWith(sequelize: Sequelize): Execute {
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
  /** Without extension: `x.js` and `x.ts` are the same migration. */
  readonly name: string;
  /** Of the module that was applied last; undefined where another tool recorded it. */
  readonly sha256?: string;
}

/** sequelize-cli records file names; the same migration may have been recorded as .js, .ts or .mjs. */
function migrationOf(fileName: string): string {
  return fileName.replace(/\.[cm]?[jt]s$/, "");
}

/** What the database has on record. Changes nothing: a database without the tables has no records. */
export async function readRecords(execute: Execute): Promise<AppliedMigration[]> {
  const [tables] = await execute(
    `SELECT to_regclass('"SequelizeMeta"') IS NOT NULL AS meta, to_regclass('"SequelizeMetaHistory"') IS NOT NULL AS history`,
  );
  if (!tables?.meta) return [];
  const names = await execute('SELECT name FROM "SequelizeMeta" ORDER BY name');
  const sums = tables.history
    ? await execute(
        `SELECT DISTINCT ON (name) name, sha256 FROM "SequelizeMetaHistory"
          WHERE direction = 'up' AND status = 'succeeded' ORDER BY name, id DESC`,
      )
    : [];
  const sumOf = new Map(sums.map(({ name, sha256 }) => [name, sha256 as string]));
  return [...new Set(names.map(({ name }) => migrationOf(String(name))))].map((name) => {
    const sha256 = sumOf.get(name);
    return sha256 === undefined ? { name } : { name, sha256 };
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
  readonly durationMs?: number;
  readonly error?: string;
}

export async function writeHistory(execute: Execute, row: HistoryRow, author: Author): Promise<void> {
  await execute(
    `INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256, duration_ms, release, commit, run, error)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
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
    ],
  );
}

/** Writes or removes the record of one migration. `fileName` is what sequelize-cli would call it. */
export async function recordMigration(
  execute: Execute,
  direction: "up" | "down",
  entry: Pick<MigrationEntry, "name">,
  fileName: string,
): Promise<void> {
  if (direction === "up") {
    await execute('INSERT INTO "SequelizeMeta" (name) VALUES ($1)', [fileName]);
    return;
  }
  const rows = await execute('SELECT name FROM "SequelizeMeta"');
  for (const { name } of rows.filter((row) => migrationOf(String(row.name)) === entry.name)) {
    await execute('DELETE FROM "SequelizeMeta" WHERE name = $1', [name]);
  }
}

/**
 * Keeps everybody else from recording migrations until the transaction ends, and says whether the migration is on record
 * now. Covers a lost advisory lock and plain sequelize-cli, which knows of no lock.
 */
export async function fence(execute: Execute, name: string): Promise<boolean> {
  await execute('LOCK TABLE "SequelizeMeta" IN SHARE ROW EXCLUSIVE MODE');
  const rows = await execute('SELECT name FROM "SequelizeMeta"');
  return rows.some((row) => migrationOf(String(row.name)) === name);
}
