// The throw-away PostgreSQL of a trial: a database for each round, all made from the same one.
import { readFile } from "node:fs/promises";
import { Client } from "pg";
import type { ActionContext } from "../kit/action.ts";
import { type InstalledServer, installedServers } from "../postgres/installed-servers.ts";
import { installServer } from "../postgres/packaged-servers.ts";
import {
  databaseVariables,
  startThrowAwayServer,
  type ThrowAwayServer,
} from "../postgres/throw-away-server.ts";
import type { DatabaseAddress } from "../schema/database/address.ts";
import { serverCertificate } from "./server-certificate.ts";

export class TrialDatabases {
  readonly #server: ThrowAwayServer;
  /** What the server is, and where it came from. */
  readonly origin: string;
  readonly #authority: string;
  readonly #prefix: string;

  constructor(server: ThrowAwayServer, origin: string, authority: string, prefix = "trial_") {
    this.#server = server;
    this.origin = origin;
    this.#authority = authority;
    this.#prefix = prefix;
  }

  /** Others on the same server. */
  named(prefix: string): TrialDatabases {
    return new TrialDatabases(this.#server, this.origin, this.#authority, prefix);
  }

  /** Throws a plain Error where the machine has no PostgreSQL, or none of that major (0 for any). */
  static async start(
    wanted: number,
    context: Pick<ActionContext, "run" | "env" | "clock" | "signal">,
  ): Promise<TrialDatabases & AsyncDisposable> {
    const server = await serverFor(wanted, context);
    const certificate = await serverCertificate(context);
    const tls = certificate && [
      "ssl=on",
      `ssl_cert_file=${certificate.certificateFile}`,
      `ssl_key_file=${certificate.keyFile}`,
    ];
    const started = await startThrowAwayServer(server, context, [
      "log_line_prefix=%d %e ",
      "log_min_messages=error",
      ...(tls ?? []),
    ]);
    const databases = new TrialDatabases(started, server.origin, certificate?.pem ?? "");
    return Object.assign(databases, {
      [Symbol.asyncDispose]: async () => {
        await started[Symbol.asyncDispose]();
        await certificate?.[Symbol.asyncDispose]();
      },
    });
  }

  /** A new database, empty or a copy of another one, to which nobody may be connected. */
  async create(name: string, copyOf?: string): Promise<void> {
    const original = copyOf === undefined ? "template0" : this.#prefix + copyOf;
    await this.#query("postgres", `CREATE DATABASE ${this.#prefix}${name} TEMPLATE ${original}`);
  }

  /** Runs a text of SQL, of several statements too. */
  async run(database: string, sql: string): Promise<void> {
    await this.#query(this.#prefix + database, sql);
  }

  /** How programs find it: as the action `test` says it to suites, and DATABASE_CA, whom to trust. */
  variables(database: string): Readonly<Record<string, string>> {
    const variables = databaseVariables({ ...this.#server, database: this.#prefix + database });
    return { ...variables, DATABASE_CA: this.#authority };
  }

  /** How migrations find it. */
  address(database: string): DatabaseAddress {
    const { host, port, user } = this.#server;
    const origin = { name: "the throw-away database", refused: "" };
    return { host, port, user, password: "postgres", database: this.#prefix + database, ssl: false, origin };
  }

  /**
   * The errors that the server wrote down of a database, each once, such as `42703 column "name" does not exist`: what a client may have
   * swallowed.
   */
  async errors(database: string): Promise<readonly string[]> {
    const text = await readFile(this.#server.logFile, "utf8");
    const found = new Set(
      text.split("\n").flatMap((line) => {
        const [, of, state = "", message = ""] = /^(\S+) ([0-9A-Z]{5}) ERROR: {2}(.*)$/.exec(line) ?? [];
        // 57: somebody was sent away, as when a round ends.
        return of !== this.#prefix + database || state.startsWith("57")
          ? []
          : [`${state} ${message.slice(0, 200)}`];
      }),
    );
    return [...found];
  }

  async #query(database: string, sql: string): Promise<void> {
    const { host, port, user } = this.#server;
    const client = new Client({ host, port, user, database });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

async function serverFor(
  wanted: number,
  context: Pick<ActionContext, "run" | "env" | "signal">,
): Promise<InstalledServer> {
  const servers = installedServers(context.run.workspace, context.env.PATH ?? "");
  const server =
    servers.find(({ major }) => wanted === 0 || major === wanted) ??
    (wanted === 0 ? undefined : await installServer(wanted, context));
  if (server !== undefined) return server;
  throw new Error(`this machine has no PostgreSQL${wanted === 0 ? "" : ` ${wanted}`} to try it on`);
}
