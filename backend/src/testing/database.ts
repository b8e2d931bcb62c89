import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import * as sequelizeLibrary from "sequelize";

/** A database of a suite's own, on the server that TEST_DATABASE_URL names. */
export interface TestDatabase {
  readonly url: URL;
  readonly ca: string | undefined;
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export interface Migration {
  readonly name: string;
  readonly phase: "expand" | "contract";
  readonly transaction?: false;
  up(queryInterface: sequelizeLibrary.QueryInterface, sequelize: typeof sequelizeLibrary): Promise<void>;
  down:
    | ((queryInterface: sequelizeLibrary.QueryInterface, sequelize: typeof sequelizeLibrary) => Promise<void>)
    | false;
}

/** What runners pass to migrations, sequelize-cli among them: the class, which carries the library's other exports. */
export const library = sequelizeLibrary.Sequelize as unknown as typeof sequelizeLibrary;

const migrationsFolder = join(import.meta.dirname, "../../migrations");

export async function loadMigrations(): Promise<Migration[]> {
  const files = readdirSync(migrationsFolder)
    .filter((file) => file.endsWith(".ts"))
    .sort();
  return await Promise.all(
    files.map(async (file) => ({
      ...(await import(pathToFileURL(join(migrationsFolder, file)).href)),
      name: file.replace(/\.ts$/, ""),
    })),
  );
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const { TEST_DATABASE_URL: server, TEST_DATABASE_CA: caFile } = process.env;
  if (!server) {
    throw new Error("TEST_DATABASE_URL names no database; run the suite with npm test --workspace backend");
  }
  const ca = caFile ? readFileSync(caFile, "utf8") : undefined;
  const name = `test_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await runOnce(new URL(server), ca, `CREATE DATABASE ${name}`);
  return {
    url,
    ca,
    query: (sql, values) => runOnce(url, ca, sql, values),
    drop: async () => {
      await runOnce(new URL(server), ca, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function runOnce(url: URL, ca: string | undefined, sql: string, values?: unknown[]) {
  const client = new pg.Client({ connectionString: url.href, ssl: { ca, host: url.hostname } });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** A plain connection for migrations, without the application's pool and timeouts. */
export function connectForMigrations({ url, ca }: TestDatabase): sequelizeLibrary.Sequelize {
  return new sequelizeLibrary.Sequelize(url.href, {
    dialect: "postgres",
    logging: false,
    pool: { max: 1 },
    dialectOptions: { ssl: { ca, host: url.hostname } },
  });
}

/** Applies every migration in order and records it, as the deployment does. */
export async function migrate(database: TestDatabase): Promise<void> {
  const sequelize = connectForMigrations(database);
  try {
    const queryInterface = sequelize.getQueryInterface();
    await sequelize.query('CREATE TABLE "SequelizeMeta" ("name" varchar(255) PRIMARY KEY)');
    for (const migration of await loadMigrations()) {
      await migration.up(queryInterface, library);
      await sequelize.query('INSERT INTO "SequelizeMeta" VALUES (:name)', {
        replacements: { name: migration.name },
      });
    }
  } finally {
    await sequelize.close();
  }
}
