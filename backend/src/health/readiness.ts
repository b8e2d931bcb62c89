import { QueryTypes } from "sequelize";
import type { Database } from "../database/database.ts";
import { requiredMigrations } from "../database/required-migrations.ts";
import type { Storage } from "../storage/storage.ts";

/** `ok`, or what is wrong: words for whoever watches the service, without names or addresses of what is behind it. */
export interface Checks {
  readonly database: string;
  readonly migrations: string;
  readonly storage: string;
}

export interface Readiness {
  check(): Promise<Checks>;
}

export function createReadiness(database: Database, storage: Storage): Readiness {
  return {
    async check() {
      const [schema, problem] = await Promise.all([checkSchema(database), storage.problem()]);
      return { ...schema, storage: problem ?? "ok" };
    },
  };
}

const appliedMigrations = { name: "applied-migrations", text: 'SELECT "name" FROM "SequelizeMeta"' };

async function checkSchema(database: Database): Promise<Pick<Checks, "database" | "migrations">> {
  try {
    const rows = await database.prepared<{ readonly name: string }>(appliedMigrations, []);
    // Runners differ in whether the recorded name has its extension.
    const applied = new Set(rows.map(({ name }) => name.replace(/\.[cm]?[jt]s$/, "")));
    const missing = requiredMigrations.filter((name) => !applied.has(name));
    const migrations =
      missing.length === 0 ? await schemaAsRecorded(database) : `missing: ${missing.join(", ")}`;
    return { database: "ok", migrations };
  } catch (error) {
    if (sqlStateOf(error) === "42P01") return { database: "ok", migrations: "none was ever applied" };
    return { database: causeOf(error), migrations: "unknown while the database is not reachable" };
  }
}

/** Whether the tables have what their records say: somebody may have changed them by hand, or taken a migration back half way. */
async function schemaAsRecorded({ sequelize, users, feedItems, uploads }: Database): Promise<string> {
  const tables = [users, feedItems, uploads].map(({ tableName, rawAttributes }, index) => {
    const columns = Object.entries(rawAttributes).map(([name, { field = name }]) => `"${field}"`);
    return `(SELECT ${columns.join(", ")} FROM "${tableName}" LIMIT 0) AS t${index}`;
  });
  try {
    await sequelize.query(`SELECT 1 FROM ${tables.join(", ")}`, { type: QueryTypes.SELECT });
    return "ok";
  } catch (error) {
    const isDifferent = ["42703", "42P01"].includes(sqlStateOf(error) ?? "");
    if (!isDifferent || !(error instanceof Error)) throw error;
    return `on record, but ${error.message}`;
  }
}

/** Why the database does not answer, in words that name a remedy's direction. */
export function causeOf(error: unknown): string {
  const code = sqlStateOf(error) ?? "";
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "refuses connections",
    ENOTFOUND: "its host name is unknown",
    ETIMEDOUT: "does not answer",
    "28P01": "refuses the user name or the password",
    "28000": "refuses this user, or connections without TLS",
    "3D000": "has no database of that name",
    "57P03": "is starting up",
    "53300": "has no connection left",
  };
  if (known[code]) return known[code];
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code))
    return "its certificate is not trusted; check POSTGRES_CA";
  return code === "" ? "does not answer" : `does not answer (${code})`;
}

function sqlStateOf(error: unknown): string | undefined {
  for (
    let current = error;
    current instanceof Error;
    current = "parent" in current ? current.parent : current.cause
  ) {
    if ("code" in current && typeof current.code === "string") return current.code;
  }
  return undefined;
}
