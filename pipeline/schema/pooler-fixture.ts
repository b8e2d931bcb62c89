import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import pg from "pg";

/** How a pooler behaves, after pgbouncer's settings: https://www.pgbouncer.org/config.html */
export interface PoolerOptions {
  /** The server behind it. */
  readonly url: string;
  readonly ca: string;
  /** Holds `server.pem` and `server.key`, by which the pooler shows itself. */
  readonly tls: string;
  /** When a client gives its server session back (`pool_mode`). */
  readonly mode: "session" | "transaction";
  /** Settings that a connection must not ask for, and what is said of them. */
  readonly refuses?: { readonly setting: string; readonly code: string; readonly message: string };
}

/** A session of the server, its protocol in our hands. */
interface ServerSession {
  readonly stream: Socket;
}

const authenticationOk = message("R", int32(0));
const readyForQuery = message("Z", Buffer.from("I"));

/**
 * A pooler: it speaks PostgreSQL's protocol to both sides (https://www.postgresql.org/docs/current/protocol-message-formats.html), lets
 * everybody in, names a process of its own, and gives a client a server session for as long as its mode says.
 */
export class PoolerFixture {
  readonly #options: PoolerOptions;
  readonly #server: Server;
  readonly #idle: ServerSession[] = [];
  readonly #open: { destroy(): void }[] = [];

  private constructor(options: PoolerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  static async open(options: PoolerOptions): Promise<PoolerFixture> {
    const pooler = new PoolerFixture(options);
    await new Promise<void>((resolve) => pooler.#server.listen(0, "127.0.0.1", resolve));
    return pooler;
  }

  /** As clients are given it. */
  get url(): string {
    const url = new URL(this.#options.url);
    url.port = String((this.#server.address() as { port: number }).port);
    return url.href;
  }

  async close(): Promise<void> {
    for (const one of this.#open) one.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(plain: Socket): void {
    this.#open.push(plain);
    plain.on("error", () => {});
    plain.once("data", () => {
      plain.write("S");
      const { tls } = this.#options;
      const client = new TLSSocket(plain, {
        isServer: true,
        cert: readFileSync(join(tls, "server.pem")),
        key: readFileSync(join(tls, "server.key")),
      });
      client.on("error", () => {});
      client.once("data", (startup: Buffer) => this.#serve(client, startup));
    });
  }

  #serve(client: TLSSocket, startup: Buffer): void {
    const { refuses, mode } = this.#options;
    if (refuses && startup.includes(refuses.setting)) {
      const fields = `SFATAL\0C${refuses.code}\0M${refuses.message}\0\0`;
      client.end(message("E", Buffer.from(fields)));
      return;
    }
    client.write(Buffer.concat([authenticationOk, message("K", int32(4_000_001), int32(1)), readyForQuery]));
    const settings = optionsOf(startup);
    let held: Promise<ServerSession> | undefined;
    client.on("data", (bytes: Buffer) => {
      held ??= this.#take(settings);
      held.then((session) => {
        session.stream.removeAllListeners("data").on(
          "data",
          messages((one) => {
            client.write(one);
            // Ready for the next query, in no transaction.
            if (mode === "transaction" && one[0] === 0x5a && one[5] === 0x49) {
              held = undefined;
              this.#idle.push(session);
            }
          }),
        );
        // Terminate is between the client and the pooler.
        if (bytes[0] !== 0x58) session.stream.write(bytes);
      });
    });
  }

  /** The session that was given back last, or a new one with these settings. */
  async #take(options: string): Promise<ServerSession> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const client = new pg.Client({
      connectionString: this.#options.url,
      ssl: { ca: this.#options.ca, host: "127.0.0.1" },
      options,
    });
    client.on("error", () => {});
    await client.connect();
    const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
    this.#open.push(stream);
    return { stream };
  }
}

/** The settings that a connection asks for with its first message. */
function optionsOf(startup: Buffer): string {
  const fields = startup.toString("utf8", 8).split("\0");
  return fields[fields.indexOf("options") + 1] ?? "";
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

/** Calls back with each whole message of a stream of bytes. */
function messages(each: (message: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const length = rest.readInt32BE(1) + 1;
      each(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}
