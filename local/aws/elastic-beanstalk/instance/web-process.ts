import { closeSync, openSync, renameSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { Processes } from "../../../processes.ts";

const firstDelayMs = 100;
const longestDelayMs = 5000;
/** A process that ran this long was not crashing at its start: the next delay is the first again. */
const steadyMs = 10_000;
const rotateBytes = 10 * 1024 * 1024;

interface WebProcessOptions {
  readonly processes: Processes;
  readonly command: string;
  readonly cwd: string;
  /** Its PORT, or 8080, is where nginx would look for the application on an instance of its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Both output streams, appended. */
  readonly logFile: string;
  readonly onExit: (reason: string) => void;
}

/** The application's `web` process: started on a port of its own, and again, later and later, whenever it ends by itself. */
export class WebProcess {
  readonly #options: WebProcessOptions;
  #pid: number | undefined;
  #port = 0;
  #exits = 0;
  #lastExit: string | undefined;
  #stopped = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WebProcessOptions) {
    this.#options = options;
  }

  /** Where it listens, or is expected to; a new one after each restart. */
  get port(): number {
    return this.#port;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  /** How often in a row it ended by itself soon after its start. */
  get exits(): number {
    return this.#exits;
  }

  /** e.g. "exited with status 1"; undefined as long as it never ended by itself. */
  get lastExit(): string | undefined {
    return this.#lastExit;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#port = await freePort();
    if (this.#stopped) return;
    rotate(this.#options.logFile);
    const log = openSync(this.#options.logFile, "a");
    const startedAt = performance.now();
    const child = this.#options.processes.start("/bin/sh", ["-c", replacingShell(this.#options.command)], {
      cwd: this.#options.cwd,
      env: { ...this.#options.env, ...portVariables(this.#options.env, this.#port) },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const { pid } = child;
    this.#pid = pid;
    child.once("error", (error) => this.#ended(pid, error.message, startedAt));
    child.once("exit", (code, signal) => {
      this.#ended(pid, signal === null ? `exited with status ${code}` : `was ended by ${signal}`, startedAt);
    });
  }

  /** Ends it and whatever it started; it does not come back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const pid = this.#pid;
    this.#pid = undefined;
    if (pid !== undefined) await this.#options.processes.end(pid, graceMs);
  }

  #ended(pid: number | undefined, reason: string, startedAt: number): void {
    if (this.#stopped || this.#pid !== pid) return;
    this.#pid = undefined;
    this.#exits = performance.now() - startedAt > steadyMs ? 1 : this.#exits + 1;
    this.#lastExit = reason;
    // The group may outlive its leader, and would hold on to files and connections.
    if (pid !== undefined) void this.#options.processes.end(pid, 0);
    this.#options.onExit(reason);
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#exits - 1));
    this.#timer = setTimeout(() => void this.start(), delay);
  }
}

const ownPort = fileURLToPath(new URL("own-port.cjs", import.meta.url));

/** What lets the application listen on a port of its own, whether it reads PORT or knows by heart what that is on AWS. */
function portVariables(env: Readonly<Record<string, string>>, port: number): Record<string, string> {
  const preloaded = `--require "${ownPort}"`;
  return {
    PORT: String(port),
    UDAGRAM_PORT_BY_HEART: env.PORT ?? "8080",
    NODE_OPTIONS: env.NODE_OPTIONS === undefined ? preloaded : `${preloaded} ${env.NODE_OPTIONS}`,
  };
}

/** A plain command takes the shell's place, so that its pid, exit status and signals are the application's own. */
function replacingShell(command: string): string {
  return /^[\w./-]+( [\w./@:,=-]+)*$/.test(command) ? `exec ${command}` : command;
}

function rotate(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > rotateBytes) renameSync(file, `${file}.1`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
