// An API out of its bundle, started as Elastic Beanstalk starts it, for a while.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unzipFile } from "../bundle/unzip-file.ts";
import type { ActionContext } from "../kit/action.ts";
import { freePort } from "../kit/free-port.ts";

/** An API's archive, unpacked. */
export interface UnpackedApi {
  readonly folder: string;
  /** What starts it, for a shell. */
  readonly start: string;
}

export interface ServedApi extends AsyncDisposable {
  readonly address: string;
  /** Its last lines. */
  readonly output: readonly string[];
}

const host = "127.0.0.1";
const startMs = 60_000;
const keptLines = 40;

/** Unpacks `api.zip`, and finds what starts it: the Procfile, then package.json's `start`, then app.js, then server.js. */
export async function unpackApi(archive: string, folder: string): Promise<UnpackedApi> {
  await mkdir(folder, { recursive: true });
  await unzipFile(archive, folder);
  const textOf = (name: string): Promise<string | undefined> =>
    readFile(join(folder, name), "utf8").catch(() => undefined);
  const [procfile, packageJson, app] = await Promise.all(["Procfile", "package.json", "app.js"].map(textOf));
  const web = /^web:\s*(.+)$/m.exec(procfile ?? "")?.[1]?.trim();
  if (web !== undefined) return { folder, start: web };
  const { scripts = {} } = JSON.parse(packageJson ?? "{}") as { scripts?: { start?: string } };
  if (scripts.start !== undefined) return { folder, start: "npm start" };
  return { folder, start: `node ${app === undefined ? "server" : "app"}.js` };
}

/**
 * Starts it on a free port, or on 8080, Elastic Beanstalk's own, where it does not read PORT; resolves when it accepts connections.
 * It has nothing of the step's environment but the way to its programs. Rejects with its last words where it does not start.
 */
export async function serveApi(
  { folder, start }: UnpackedApi,
  environment: Readonly<Record<string, string>>,
  { env, clock, signal }: Pick<ActionContext, "env" | "clock" | "signal">,
): Promise<ServedApi> {
  const own = await freePort(host);
  const ports = (await isTaken(8080)) ? [own] : [own, 8080];
  const output: string[] = [];
  const child = spawn("bash", ["-c", start], {
    cwd: folder,
    env: {
      PATH: env.PATH,
      HOME: folder,
      LANG: "C.UTF-8",
      NODE_ENV: "production",
      ...environment,
      PORT: String(own),
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: a shell, npm and the program end together.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      output.push(line);
      if (output.length > keptLines) output.shift();
    });
  }
  const ended = once(child, "exit");
  const close = (): Promise<void> => endGroup(child, ended);
  const abort = (): void => void close();
  signal.addEventListener("abort", abort, { once: true });
  const dispose = async (): Promise<void> => {
    signal.removeEventListener("abort", abort);
    await close();
  };
  try {
    const deadline = clock.now().getTime() + startMs;
    for (;;) {
      signal.throwIfAborted();
      for (const port of ports) {
        if (await isTaken(port))
          return { address: `http://${host}:${port}`, output, [Symbol.asyncDispose]: dispose };
      }
      const last = lastWords(output);
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`it ended at once: ${last || `exit code ${child.exitCode ?? child.signalCode}`}`);
      if (clock.now().getTime() > deadline)
        throw new Error(`it listens on no port after ${startMs / 1000} s: ${last}`);
      await clock.sleep(50, signal);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The line that names an error, else the last ones. */
function lastWords(output: readonly string[]): string {
  return output.find((line) => /\b\w*Error\b/.test(line))?.trim() ?? output.slice(-3).join(" | ");
}

async function endGroup(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It is gone.
    }
  };
  send("SIGTERM");
  const killer = setTimeout(() => send("SIGKILL"), 5000);
  await ended;
  clearTimeout(killer);
  // Whoever outlived the shell.
  send("SIGKILL");
}

/** Whether somebody accepts connections there, where nginx would ask. */
async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
