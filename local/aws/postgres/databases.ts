import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { ownerRole } from "./cluster.ts";

const host = "127.0.0.1";

export function databaseUrl(parts: {
  readonly role: string;
  readonly password: string;
  readonly port: number;
  readonly database: string;
}): string {
  return `postgres://${parts.role}:${parts.password}@${host}:${parts.port}/${encodeURIComponent(parts.database)}`;
}

/** The role that owns the application's databases: no superuser, as the master user of RDS is none. */
export async function ensureOwner(options: {
  readonly adminUrl: string;
  readonly ca: string;
  readonly password: string;
}): Promise<void> {
  await connected(options, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [ownerRole]);
    if (rowCount === 0) {
      await client.query(
        `CREATE ROLE ${escapeIdentifier(ownerRole)} LOGIN CREATEDB PASSWORD ${escapeLiteral(options.password)}`,
      );
    }
  });
}

export async function ensureDatabase(options: {
  readonly adminUrl: string;
  readonly ca: string;
  readonly name: string;
}): Promise<void> {
  await connected(options, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [options.name]);
    if (rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${escapeIdentifier(options.name)} OWNER ${escapeIdentifier(ownerRole)}`,
      );
    }
  });
}

async function connected(
  { adminUrl, ca }: { readonly adminUrl: string; readonly ca: string },
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ connectionString: adminUrl, ssl: { ca, host } });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
