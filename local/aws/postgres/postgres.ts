import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Processes } from "../../processes.ts";
import { findBinaries } from "./binaries.ts";
import { type CertificateFiles, ensureCertificates } from "./certificates.ts";
import { adminRole, ensureCluster, ownerRole } from "./cluster.ts";
import { databaseUrl, ensureDatabase, ensureOwner } from "./databases.ts";
import { launcher } from "./launch.ts";
import { removeForeignLock, untilReady } from "./readiness.ts";

interface PostgresOptions {
  /** Holds the data, the certificates, the passwords and the log; made when it is missing. */
  readonly directory: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly processes: Processes;
  /** The whole environment of the server. */
  readonly environment: Readonly<Record<string, string>>;
  readonly listen: "127.0.0.1";
  /** For data that nobody wants after `stop()`: never waits for the disk. It survives `kill -9`, not the machine's end. */
  readonly isThrowaway?: boolean;
}

export interface Postgres {
  readonly port: number;
  /** The owner of the application's database, as the application connects. */
  readonly url: string;
  /** The superuser. */
  readonly adminUrl: string;
  /** The CA to verify the server with: a file, and its PEM text. */
  readonly caFile: string;
  readonly ca: string;
  /** The postmaster, leader of its process group. */
  readonly pid: number;
  readonly logFile: string;
  /** Makes a database of the application's owner if there is none of that name; its URL. */
  createDatabase(name: string): Promise<string>;
  /** Ends the sessions, then the server; its data is written, unless it is throwaway. */
  stop(): Promise<void>;
  /** Stop and start on the same port; URLs stay as they are. */
  restart(): Promise<void>;
}

const database = "udagram";
/** How long sessions of a killed server may take to notice and go; they hold its memory until then. */
const leftoverTimeoutMs = 10_000;

/**
 * Starts PostgreSQL as RDS offers it: TLS or nothing, passwords by SCRAM, a CA to verify it with. Resolves when the
 * application's database is there and accepts connections.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { directory, processes, environment, isThrowaway = false } = options;
  const user = launcher(environment);
  const binaries = findBinaries();
  const { dataDirectory, passwords } = await ensureCluster({
    directory,
    binaries,
    launcher: user,
    processes,
    environment,
  });
  const certificates = await ensureCertificates(join(directory, "tls"), new Date());
  user.own(certificates.serverKeyFile);
  const hbaFile = join(directory, "pg_hba.conf");
  // As rds.force_ssl=1 does it: without TLS no line matches.
  writeFileSync(hbaFile, `hostssl all all ${options.listen}/32 scram-sha-256\n`, { mode: 0o644 });

  const port = options.port === 0 ? await freePort(options.listen) : options.port;
  const logFile = join(directory, "postgres.log");
  const { command, args } = user.wrap(
    binaries.postgres,
    serverArguments({ dataDirectory, hbaFile, certificates, port, listen: options.listen, isThrowaway }),
  );
  const launch = async (): Promise<ChildProcess> => {
    const giveUpAt = performance.now() + leftoverTimeoutMs;
    for (;;) {
      removeForeignLock(dataDirectory);
      const log = openSync(logFile, "w", 0o600);
      // The server writes to the file itself, so that it outlives us without a broken pipe.
      const child = processes.start(command, args, { env: environment, stdio: ["ignore", log, log] });
      closeSync(log);
      const outcome = await untilReady(child, { dataDirectory, logFile, port });
      if (outcome === "ready") return child;
      if (child.pid !== undefined) await processes.end(child.pid, 5000);
      if (!outcome.mayPass || performance.now() > giveUpAt) throw outcome.error;
      await sleep(100);
    }
  };

  let server = await launch();
  const adminUrl = databaseUrl({ role: adminRole, password: passwords.admin, port, database: "postgres" });
  const stop = async (): Promise<void> => {
    const { pid } = server;
    if (pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    // PostgreSQL's immediate and fast shutdown; SIGTERM would wait for every client to leave.
    process.kill(pid, isThrowaway ? "SIGQUIT" : "SIGINT");
    await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
    await processes.end(pid, 1000);
  };
  const owned = (name: string) =>
    databaseUrl({ role: ownerRole, password: passwords.owner, port, database: name });
  try {
    await ensureOwner({ adminUrl, ca: certificates.ca, password: passwords.owner });
    await ensureDatabase({ adminUrl, ca: certificates.ca, name: database });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url: owned(database),
    adminUrl,
    caFile: certificates.caFile,
    ca: certificates.ca,
    logFile,
    get pid() {
      return server.pid ?? 0;
    },
    async createDatabase(name) {
      await ensureDatabase({ adminUrl, ca: certificates.ca, name });
      return owned(name);
    },
    stop,
    async restart() {
      await stop();
      server = await launch();
    },
  };
}

function serverArguments(options: {
  readonly dataDirectory: string;
  readonly hbaFile: string;
  readonly certificates: CertificateFiles;
  readonly port: number;
  readonly listen: string;
  readonly isThrowaway: boolean;
}): string[] {
  const settings = {
    listen_addresses: options.listen,
    port: options.port,
    unix_socket_directories: "",
    hba_file: options.hbaFile,
    ssl: "on",
    ssl_cert_file: options.certificates.serverCertificateFile,
    ssl_key_file: options.certificates.serverKeyFile,
    ssl_min_protocol_version: "TLSv1.2",
    max_connections: 200,
    shared_buffers: "64MB",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    fsync: options.isThrowaway ? "off" : "on",
  };
  return [
    "-D",
    options.dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

async function freePort(host: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, host, resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
