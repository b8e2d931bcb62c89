import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { migrateSchema } from "./migrate.ts";
import { MigrateFixture, users } from "./migrate-fixture.ts";

const program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find(existsSync);
const suite = program === undefined ? describe.skip : describe;

suite("db-migrate through a real pgbouncer (skipped where Debian's package pgbouncer is not installed)", () => {
  let fixture: MigrateFixture;
  let bouncer: ChildProcess | undefined;
  let folder = "";
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    if (bouncer === undefined || bouncer.exitCode !== null) return;
    bouncer.kill("SIGINT");
    await once(bouncer, "exit");
  });

  /** Starts pgbouncer in front of the database; https://www.pgbouncer.org/config.html has its settings. */
  async function open(mode: string, ignored: string): Promise<string> {
    // Outside the fixture's folder, which is for one user alone.
    folder = mkdtempSync(join(tmpdir(), "udagram-pgbouncer-"));
    const url = new URL(fixture.database);
    const port = await freePort();
    for (const name of ["server.pem", "server.key"])
      copyFileSync(join(fixture.tls, name), join(folder, name));
    writeFileSync(join(folder, "users"), `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
    writeFileSync(
      join(folder, "pgbouncer.ini"),
      `[databases]
* = host=127.0.0.1 port=${url.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${folder}/users
pool_mode = ${mode}
ignore_startup_parameters = ${ignored}
server_tls_sslmode = require
client_tls_sslmode = require
client_tls_key_file = ${folder}/server.key
client_tls_cert_file = ${folder}/server.pem
`,
    );
    const isRoot = process.getuid?.() === 0;
    // It does not run as root.
    if (isRoot) execFileSync("chown", ["-R", "nobody", folder]);
    chmodSync(folder, 0o755);
    bouncer = spawn(program ?? "", ["-q", join(folder, "pgbouncer.ini")], {
      stdio: "ignore",
      ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
    });
    url.port = String(port);
    await until(() => isListening(port));
    return url.href;
  }

  for (const mode of ["session", "transaction", "statement"]) {
    for (const [what, ignored, words] of [
      ["refuses settings", "extra_float_digits", "takes no settings"],
      ["drops settings without a word", "extra_float_digits, options", "and drops them"],
    ] as const) {
      it(`is refused by name in mode ${mode} where it ${what}, and no lock stays`, async () => {
        const url = await open(mode, ignored);
        const database = urlSource(url, fixture.ca, recordedContext());
        const error = await failureOf(migrateSchema({ ...(await fixture.options({ users })), database }));
        expect(error.code, error.message).to.equal("DatabaseRefused");
        expect(error.message).to.include("pooler").and.include(words);
        expect(error.hint).to.include("database's own address");
        const locks = "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'";
        expect(await fixture.query(locks)).to.deep.equal([0]);
      });
    }
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
