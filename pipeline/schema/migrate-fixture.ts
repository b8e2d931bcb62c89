import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { Processes } from "../../local/processes.ts";
import { until } from "../../test/until.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { type Modules, sqlModule, writeBundle } from "./bundle-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { type MigrationLimits, standardLimits } from "./database/limits.ts";
import type { SchemaOptions } from "./migrate.ts";
import { bundledMigrations } from "./migration/bundled.ts";
import { PoolerFixture, type PoolerOptions } from "./pooler-fixture.ts";

/** Two migrations of a table each. */
export const users = sqlModule("CREATE TABLE users (id int)", "DROP TABLE users");
export const posts = sqlModule("CREATE TABLE posts (id int)", "DROP TABLE posts");

/** The last parts of migrations' names. */
export const short = (list: readonly { readonly name: string }[]): string[] =>
  list.map(({ name }) => name.replace(/^\w+-|\.js$/g, ""));

/** Databases of one PostgreSQL, and bundles of migrations for them. */
export class MigrateFixture {
  readonly #folder: string;
  readonly #postgres: Postgres;
  readonly #clients: pg.Client[] = [];
  #count = 0;
  /** The URL of the database that tests are about. */
  database = "";

  private constructor(folder: string, postgres: Postgres) {
    this.#folder = folder;
    this.#postgres = postgres;
  }

  static async open(): Promise<MigrateFixture> {
    const folder = mkdtempSync(join(tmpdir(), "udagram-db-migrate-"));
    // Migrations run as a user of their own, where there is a way.
    chmodSync(folder, 0o755);
    const processes = new Processes(join(folder, "processes.json"));
    const postgres = await startPostgres({
      directory: join(folder, "postgres"),
      port: 0,
      processes,
      environment: { PATH: process.env.PATH ?? "" },
      listen: "127.0.0.1",
      isThrowaway: true,
    });
    return new MigrateFixture(folder, postgres);
  }

  get ca(): string {
    return this.#postgres.ca;
  }

  /** The folder with the server's certificate and key. */
  get tls(): string {
    return dirname(this.#postgres.caFile);
  }

  /** An empty database; the connections to the one before end. */
  async newDatabase(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.end()));
    this.#count += 1;
    this.database = await this.#postgres.createDatabase(`test_${this.#count}`);
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.database,
      ssl: { ca: this.ca, host: "127.0.0.1" },
      application_name: "a visitor",
    });
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** The values of all rows, one after the other. */
  async query(sql: string): Promise<unknown[]> {
    const client = await this.connect();
    const results: pg.QueryArrayResult[] = [await client.query({ text: sql, rowMode: "array" })].flat();
    return results.flatMap(({ rows }) => rows.flat());
  }

  /** A pooler in front of the database, which shows the server's own certificate. */
  openPooler(options: Pick<PoolerOptions, "mode" | "refuses">): Promise<PoolerFixture> {
    return PoolerFixture.open({ url: this.database, ca: this.ca, tls: this.tls, ...options });
  }

  /** Runs SQL as the superuser, in the same database. */
  async administer(sql: string): Promise<void> {
    const url = new URL(this.#postgres.adminUrl);
    url.pathname = new URL(this.database).pathname;
    const client = new pg.Client({ connectionString: url.href, ssl: { ca: this.ca, host: "127.0.0.1" } });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  tables(): Promise<unknown[]> {
    return this.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^Sequelize' ORDER BY 1",
    );
  }

  /** A statement that does not end before `releaseStatements`. */
  async holdStatements(): Promise<string> {
    await this.query('CREATE TABLE "SequelizeMayGoOn" (yes int)');
    return `DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM "SequelizeMayGoOn") LOOP PERFORM pg_sleep(0.01); END LOOP; END $$`;
  }

  async releaseStatements(): Promise<void> {
    await this.query('INSERT INTO "SequelizeMayGoOn" VALUES (1)');
  }

  /** Resolves when some session executes, or has executed last, a statement that is LIKE the pattern. */
  async untilActive(pattern: string, state: "active" | "idle in transaction" = "active"): Promise<void> {
    const onlooker = await this.connect();
    const active =
      "SELECT FROM pg_stat_activity WHERE query LIKE $1 AND state = $2 AND pid <> pg_backend_pid()";
    await until(async () => (await onlooker.query(active, [pattern, state])).rowCount !== 0);
  }

  /** A folder that nothing else has. */
  folder(): string {
    const folder = mkdtempSync(join(this.#folder, "bundle-"));
    chmodSync(folder, 0o755);
    return folder;
  }

  /** For the migrations of a bundle with these modules. */
  async options(
    modules: Modules,
    context: RecordedContext = recordedContext(),
    limits: Partial<MigrationLimits> = {},
  ): Promise<SchemaOptions & { readonly manifest: Manifest; readonly directory: string }> {
    const bundle = this.folder();
    const manifest = await writeBundle(bundle, modules);
    const directory = join(bundle, "migrations");
    return {
      database: urlSource(this.database, this.ca, context),
      limits: { ...standardLimits, lockWaitSeconds: 20, lockTimeoutMs: 300, retryMs: 100, ...limits },
      migrations: bundledMigrations(manifest, { folder: bundle, temp: bundle, environment: {} }),
      manifest,
      directory,
      context,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
    await this.#postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
