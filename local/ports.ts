import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { LocalError } from "./errors.ts";
import { writeFileAtomically } from "./files.ts";

/**
 * Ports by name, chosen free once and kept in a file, so that addresses, git remotes and open tabs survive a restart.
 */
export class Ports {
  readonly #file: string;
  readonly #ports: Record<string, number>;

  constructor(file: string) {
    this.#file = file;
    this.#ports = readPorts(file);
  }

  /**
   * The port of that name: the one it had before, else a free one, written down before it is used.
   * Throws `PortInUse` when the kept one is taken by somebody else.
   */
  async allocate(name: string): Promise<number> {
    const kept = this.#ports[name];
    if (kept !== undefined) {
      if ((await listenOnce(kept)) === undefined) {
        throw new LocalError(
          "PortInUse",
          `port ${kept} of "${name}" is taken by another program`,
          "end that program, or run `npm run reset` to choose new ports (it forgets releases, users and posts)",
        );
      }
      return kept;
    }
    const taken = new Set(Object.values(this.#ports));
    for (;;) {
      const port = await listenOnce(0);
      if (port === undefined || taken.has(port)) continue;
      this.#ports[name] = port;
      writeFileAtomically(this.#file, JSON.stringify(this.#ports, null, 2));
      return port;
    }
  }
}

function readPorts(file: string): Record<string, number> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    const ports = JSON.parse(text) as Record<string, number>;
    if (Object.values(ports).every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
      return ports;
  } catch {
    // Falls through to the one message for every kind of damage.
  }
  throw new LocalError(
    "DamagedState",
    `"${file}" is not a table of ports`,
    "run `npm run reset` to start afresh",
  );
}

/** The port when it could be listened on, else undefined. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(chosen));
    });
  });
}
