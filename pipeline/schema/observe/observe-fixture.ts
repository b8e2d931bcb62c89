import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordedContext } from "../../kit/context-fixture.ts";
import { type InstalledServer, installedServers } from "../../postgres/installed-servers.ts";
import { startThrowAwayServer, type ThrowAwayServer } from "../../postgres/throw-away-server.ts";
import { type ReplayModule, replayInProcess, type Seen } from "./replay-in-process.ts";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** The servers of this machine, one of each major. */
export function serversOfMachine(): readonly InstalledServer[] {
  const all = installedServers(repository, process.env.PATH ?? "");
  return all.filter(({ major }, index) => all.findIndex((one) => one.major === major) === index);
}

/** One throw-away PostgreSQL, and migrations that are replayed on it. */
export class ObserveFixture {
  readonly #folder = mkdtempSync(join(tmpdir(), "udagram-observe-"));
  readonly #server: ThrowAwayServer;
  readonly major: number;

  private constructor(server: ThrowAwayServer, major: number) {
    this.#server = server;
    this.major = major;
  }

  static async open(server = serversOfMachine()[0]): Promise<ObserveFixture> {
    if (server === undefined) throw new Error("this machine has no PostgreSQL");
    const context = recordedContext({}, { env: { PATH: process.env.PATH } });
    return new ObserveFixture(await startThrowAwayServer(server, context), server.major);
  }

  get database(): Pick<ThrowAwayServer, "host" | "port" | "user" | "database"> {
    const { host, port, user, database } = this.#server;
    return { host, port, user, database };
  }

  /** Replays modules, by their names, in order. */
  async replay(modules: Readonly<Record<string, string>>): Promise<readonly Seen[]> {
    const files = Object.entries(modules).map(([name, text]) => {
      const file = join(this.#folder, name);
      writeFileSync(file, text);
      return file;
    });
    return this.replayFiles(files);
  }

  /** Replays migrations as they lie there, in order. */
  async replayFiles(files: readonly string[]): Promise<readonly Seen[]> {
    const migrations = files.map(
      (file): ReplayModule => ({ name: basename(file), file, source: file, map: "" }),
    );
    const context = recordedContext({ temp: this.#folder }, { env: { PATH: process.env.PATH } });
    return replayInProcess({ migrations, libraryFrom: undefined, environment: {} }, this.#server, context);
  }

  async close(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A migration whose `up` and `down` are bodies with `q`, the queryInterface, `sql`, which runs a text, and `S`, Sequelize. */
export function migration(up: string, { down = "", transaction = true, more = "" } = {}): string {
  const body = (name: string, text: string) =>
    `export async function ${name}(q, S) { const sql = (text) => q.sequelize.query(text); ${text} }`;
  return [
    body("up", up),
    body("down", down),
    ...(transaction ? [] : ["export const transaction = false;"]),
    more,
  ].join("\n");
}
