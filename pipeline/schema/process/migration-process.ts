import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { plain } from "../../kit/markdown.ts";
import { ownProgram } from "../../kit/own-program.ts";
import type { Runner } from "../../kit/runner.ts";
import { launchAsNobody } from "./child-user.ts";
import { type ModuleFacts, type Order, onLines, type Report, type Start, send } from "./messages.ts";
import { ended, escaped, StepFailed, type StepLost, timedOut, wantsCallback } from "./outcomes.ts";

interface Home {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** What the process has to be able to read. */
  readonly files: readonly string[];
  readonly token: string;
}

const mostLines = 2000;

/** The process in which migrations run, as its parent sees it. It ends when this is stopped, and with whoever has it. */
export class MigrationProcess {
  readonly #child: ChildProcess;
  readonly #control: Socket;
  readonly #over: Promise<StepLost>;
  #waiting: { resolve(report: Report): void; reject(error: Error): void } | undefined;
  #lost: StepLost | undefined;

  private constructor(child: ChildProcess, control: Socket, over: Promise<StepLost>) {
    this.#child = child;
    this.#control = control;
    this.#over = over;
    onLines(control, (line) => this.#hear(JSON.parse(line) as Report));
    control.on("error", () => {});
    void over.then((lost) => this.#lose(lost));
  }

  static async start(home: Home, runner: Pick<Runner, "info">): Promise<MigrationProcess> {
    const program = fileURLToPath(ownProgram(import.meta.url, "migration-worker"));
    const launch = await launchAsNobody(process.execPath, [program], [program, ...home.files]);
    if (launch.sameUser !== undefined) {
      runner.info(`migrations run as this step's own user: ${launch.sameUser}`);
    }
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const controlToken = randomBytes(32).toString("hex");
    const child = spawn(launch.command, launch.args, {
      cwd: home.directory,
      env: home.environment,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
      ...launch.user,
    });
    for (const stream of [child.stdout, child.stderr]) if (stream) showLines(stream, runner);
    child.stdin?.on("error", () => {});
    const over = new Promise<StepLost>((resolve) => {
      child.once("exit", (code, signal) => resolve(ended(code, signal)));
      child.once("error", () => resolve(ended(127, null)));
    });
    const start: Start = {
      controlPort: (server.address() as AddressInfo).port,
      controlToken,
      token: home.token,
      environment: home.environment,
    };
    child.stdin?.write(`${JSON.stringify(start)}\n`);
    try {
      const control = await Promise.race([
        greeting(server, controlToken),
        over.then((lost) => {
          throw lost;
        }),
      ]);
      return new MigrationProcess(child, control, over);
    } catch (error) {
      kill(child);
      throw error;
    } finally {
      server.close();
    }
  }

  /** Loads the migrations; resolves with what each of them says. */
  async prepare(
    order: Omit<Extract<Order, { kind: "prepare" }>, "kind">,
  ): Promise<Readonly<Record<string, ModuleFacts>>> {
    const report = await this.#ask({ kind: "prepare", ...order });
    if (report.kind === "prepared") return report.modules;
    if (report.kind === "unprepared") throw new StepFailed(report.error);
    throw new Error(`the migrations' process said "${report.kind}"`);
  }

  /** Runs one step. Rejects with `StepFailed` where it throws, and with `StepLost` where it comes to no end of its own. */
  async run(order: Omit<Extract<Order, { kind: "run" }>, "kind">, timeoutSeconds: number): Promise<void> {
    const timer = setTimeout(() => this.#lose(timedOut(timeoutSeconds)), timeoutSeconds * 1000);
    try {
      const report = await this.#ask({ kind: "run", ...order });
      if (report.kind === "failed") throw new StepFailed(report.error);
      if (report.kind === "callback") throw wantsCallback();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process at once, whatever it does, and whatever it has started. */
  async stop(): Promise<void> {
    kill(this.#child);
    await this.#over;
    this.#control.destroy();
  }

  async #ask(order: Order): Promise<Report> {
    if (this.#lost) throw this.#lost;
    const answered = new Promise<Report>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    send(this.#control, order);
    return answered;
  }

  #hear(report: Report): void {
    if (report.kind === "escaped") {
      this.#lose(escaped(report.how, report.error));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(report);
  }

  #lose(lost: StepLost): void {
    this.#lost ??= lost;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#lost);
    kill(this.#child);
  }
}

/** Closing its input ends it too where it is another user's, who cannot be sent a signal. */
function kill(child: ChildProcess): void {
  child.stdin?.destroy();
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is gone already, or another user's.
  }
}

/** The first connection that says the token; all others are closed. */
function greeting(server: Server, token: string): Promise<Socket> {
  return new Promise((resolve) => {
    server.on("connection", (socket) => {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.once("data", (bytes: Buffer) => {
        if (bytes.toString("latin1") === `${token}\n`) resolve(socket);
        else socket.destroy();
      });
    });
  });
}

/** What migrations print is theirs: it gets no meaning here. */
function showLines(stream: NodeJS.ReadableStream, runner: Pick<Runner, "info">): void {
  let count = 0;
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
    const shown = plain(line);
    if (shown === "") return;
    count += 1;
    if (count <= mostLines) runner.info(`  | ${shown.slice(0, 2000)}`);
    if (count === mostLines) runner.info("  | … and more, which is not shown");
  });
}
