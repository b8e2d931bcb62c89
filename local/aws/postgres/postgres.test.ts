import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Client, type ClientConfig } from "pg";
import { Processes } from "../../processes.ts";
import { ensureCertificates } from "./certificates.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

const day = 24 * 60 * 60 * 1000;

describe("PostgreSQL stand-in", () => {
  let folder: string;
  let processes: Processes;
  let postgres: Postgres;

  const start = (port = 0) =>
    startPostgres({
      directory: join(folder, "postgres"),
      port,
      processes,
      environment: { PATH: process.env.PATH ?? "" },
      listen: "127.0.0.1",
    });

  const query = async (config: ClientConfig, sql: string): Promise<unknown[]> => {
    const client = new Client(config);
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  const asOwner = (sql: string) =>
    query({ connectionString: postgres.url, ssl: { ca: postgres.ca, host: "127.0.0.1" } }, sql);

  const refusal = async (config: ClientConfig): Promise<Error & { code?: string }> => {
    try {
      await query(config, "SELECT 1");
    } catch (error) {
      return error as Error;
    }
    throw new Error("the connection was accepted");
  };

  const failure = async (work: Promise<unknown>): Promise<Error> => {
    try {
      await work;
    } catch (error) {
      return error as Error;
    }
    throw new Error("it did not fail");
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "udagram-postgres-"));
    // As the home of root is: nobody else may enter.
    chmodSync(folder, 0o700);
    processes = new Processes(join(folder, "processes.json"));
    postgres = await start();
  });

  after(async () => {
    await postgres.stop();
    await processes.endAll(1000);
    rmSync(folder, { recursive: true, force: true });
  });

  describe("TLS", () => {
    it("refuses a connection without TLS as RDS does", async () => {
      const error = await refusal({ connectionString: postgres.url, ssl: false });
      expect(error.code).to.equal("28000");
      expect(error.message).to.match(
        /^no pg_hba.conf entry for host "127.0.0.1", user "udagram", database "udagram", no encryption$/,
      );
    });

    it("is not trusted without its CA", async () => {
      const error = await refusal({ connectionString: postgres.url, ssl: true });
      expect(error.message).to.match(/unable to verify the first certificate|self-signed certificate/);
    });

    it("is verified with its CA, by address and by name", async () => {
      for (const host of ["127.0.0.1", "localhost"]) {
        const ssl = { ca: readFileSync(postgres.caFile, "utf8"), host };
        const connectionString = postgres.url.replace("127.0.0.1", host);
        expect(
          await query({ connectionString, ssl }, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
        ).to.eql([{ ssl: true }]);
      }
    });

    it("is refused under another name", async () => {
      const error = await refusal({
        connectionString: postgres.url,
        ssl: { ca: postgres.ca, host: "db.example.com" },
      });
      expect(error.message).to.contain("does not match certificate's altnames");
    });

    it("keeps its CA and renews the server's certificate before it ends", async () => {
      const directory = join(folder, "tls-of-its-own");
      const read = (name: string) => readFileSync(join(directory, name), "utf8");
      const first = await ensureCertificates(directory, new Date());
      const [ca, server] = [read("ca.pem"), read("server.pem")];
      await ensureCertificates(directory, new Date(Date.now() + 300 * day));
      expect(read("server.pem")).to.equal(server);
      await ensureCertificates(directory, new Date(Date.now() + 340 * day));
      expect(read("server.pem")).not.to.equal(server);
      expect(read("ca.pem")).to.equal(ca);
      expect(statSync(first.serverKeyFile).mode & 0o777).to.equal(0o600);
    });

    it("replaces a damaged certificate", async () => {
      const directory = join(folder, "tls-damaged");
      const files = await ensureCertificates(directory, new Date());
      writeFileSync(files.serverCertificateFile, "not a certificate");
      await ensureCertificates(directory, new Date());
      expect(readFileSync(files.serverCertificateFile, "utf8")).to.match(/^-----BEGIN CERTIFICATE-----/);
    });
  });

  describe("Roles", () => {
    it("gives the application an owner that is no superuser", async () => {
      expect(
        await asOwner(`SELECT current_user, rolsuper, pg_get_userbyid(datdba) AS owner
          FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`),
      ).to.eql([{ current_user: "udagram", rolsuper: false, owner: "udagram" }]);
    });

    it("refuses a wrong password, and keeps the right ones private", async () => {
      const url = new URL(postgres.url);
      url.password = "wrong";
      const error = await refusal({
        connectionString: url.href,
        ssl: { ca: postgres.ca, host: "127.0.0.1" },
      });
      expect(error.code).to.equal("28P01");
      expect(statSync(join(folder, "postgres", "passwords.json")).mode & 0o777).to.equal(0o600);
    });

    it("makes further databases for the owner, once", async () => {
      const url = await postgres.createDatabase("a suite");
      expect(await postgres.createDatabase("a suite")).to.equal(url);
      const ssl = { ca: postgres.ca, host: "127.0.0.1" };
      expect(await query({ connectionString: url, ssl }, "SELECT current_database()")).to.eql([
        { current_database: "a suite" },
      ]);
    });
  });

  describe("Reach", () => {
    it("listens on the loopback address only, and on no socket file", async () => {
      const ssl = { ca: postgres.ca, host: "127.0.0.1" };
      const settings = `SELECT setting FROM pg_settings
        WHERE name IN ('listen_addresses', 'unix_socket_directories') ORDER BY name`;
      expect(await query({ connectionString: postgres.adminUrl, ssl }, settings)).to.eql([
        { setting: "127.0.0.1" },
        { setting: "" },
      ]);
    });

    it("names a port that is in use", async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as { port: number };
      await postgres.stop();
      try {
        const error = await failure(start(port));
        expect(error.message).to.contain(`port ${port} of 127.0.0.1`).and.contain("in use");
      } finally {
        other.close();
        await postgres.restart();
      }
    });
  });

  describe("Data", () => {
    it("survives a stop, a restart and a killed server", async () => {
      await asOwner("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('first')");
      await postgres.restart();
      await asOwner("INSERT INTO kept VALUES ('second')");
      process.kill(postgres.pid, "SIGKILL");
      postgres = await start(postgres.port);
      expect(await asOwner("SELECT word FROM kept")).to.eql([{ word: "first" }, { word: "second" }]);
    });

    it("starts although the recorded process is another program by now", async () => {
      await postgres.stop();
      const lock = join(folder, "postgres", "data", "postmaster.pid");
      writeFileSync(lock, `${process.pid}\n${join(folder, "postgres", "data")}\n0\n${postgres.port}\n\n\n\n`);
      await postgres.restart();
      expect(await asOwner("SELECT 1 AS one")).to.eql([{ one: 1 }]);
    });

    it("refuses a second server on the same data", async () => {
      const error = await failure(start());
      expect(error.message).to.contain(`another PostgreSQL (process ${postgres.pid})`);
      expect(await asOwner("SELECT 1 AS one")).to.eql([{ one: 1 }]);
    });

    it("begins an interrupted creation anew, and says when passwords are lost", async () => {
      const directory = join(folder, "second");
      mkdirSync(join(directory, "data.new", "half"), { recursive: true });
      const options = {
        directory,
        port: 0,
        processes,
        environment: { PATH: process.env.PATH ?? "" },
        listen: "127.0.0.1" as const,
      };
      const second = await startPostgres(options);
      await second.stop();
      expect(readdirSync(directory)).not.to.include("data.new");
      writeFileSync(join(directory, "passwords.json"), "{");
      expect((await failure(startPostgres(options))).message)
        .to.contain("passwords.json")
        .and.contain("npm run reset");
    });
  });

  describe("Root", () => {
    it("runs as leader of a group of its own, and never as root", () => {
      const stat = readFileSync(`/proc/${postgres.pid}/stat`, "utf8");
      expect(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]).to.equal(String(postgres.pid));
      const status = readFileSync(`/proc/${postgres.pid}/status`, "utf8");
      const uid = process.getuid?.() === 0 ? 65534 : process.getuid?.();
      expect(status).to.match(new RegExp(`^Uid:\\t${uid}\\t`, "m"));
    });
  });
});
