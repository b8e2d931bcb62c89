import { constants } from "node:os";
import type { Processes } from "../../../processes.ts";
import { LineSplitter } from "./line-splitter.ts";

/** How long a process may take at each stage of its end. GitHub's: https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation */
export interface Patience {
  /** From SIGINT to SIGTERM. */
  readonly interruptMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly terminateMs: number;
  /** How long output is awaited after the end, when a child left in the background still holds it open. */
  readonly outputMs: number;
}

export const githubPatience: Patience = { interruptMs: 7500, terminateMs: 2500, outputMs: 5000 };

/** How a step is ended from outside. */
export interface Stop {
  /** Aborted to end it in order: SIGINT, SIGTERM, SIGKILL. */
  readonly cancel: AbortSignal;
  /** Aborted to kill it at once; nothing starts afterwards. */
  readonly kill: AbortSignal;
}

interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: Stop;
  readonly patience: Patience;
  readonly onLine: (line: string) => void;
  /** Called with the process group that outlives its leader, for whoever cleans up after the job. */
  readonly onLeftover: (group: number) => void;
}

/**
 * Runs a program to its end and hands on every line that it prints. Resolves with the exit code, 128 + n after signal n.
 * Throws when it cannot be started.
 */
export function runProcess(
  processes: Processes,
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<number> {
  const { stop, patience } = options;
  return new Promise((resolve, reject) => {
    if (stop.kill.aborted || stop.cancel.aborted) {
      reject(new Error("the operation was canceled"));
      return;
    }
    const child = processes.start(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const group = child.pid;
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const splitter = new LineSplitter(options.onLine);
      // Read on after the step's end, so that what still runs in the background does not block.
      stream?.on("data", (chunk: Buffer) => splitter.push(chunk));
      return splitter;
    });
    const timers: NodeJS.Timeout[] = [];
    const cancel = (): void => {
      signalGroup(group, "SIGINT");
      timers.push(
        setTimeout(signalGroup, patience.interruptMs, group, "SIGTERM"),
        setTimeout(signalGroup, patience.interruptMs + patience.terminateMs, group, "SIGKILL"),
      );
    };
    let conclude = (finish: () => void): void => {
      conclude = () => {};
      for (const timer of timers) clearTimeout(timer);
      stop.cancel.removeEventListener("abort", cancel);
      stop.kill.removeEventListener("abort", kill);
      for (const splitter of splitters) splitter.end();
      finish();
    };
    let end = (): void => signalGroup(group, "SIGKILL");
    const kill = (): void => end();
    stop.cancel.addEventListener("abort", cancel, { once: true });
    stop.kill.addEventListener("abort", kill, { once: true });
    child.once("error", (error) => {
      const message = `cannot start "${command}" in "${options.cwd}": ${error.message}`;
      conclude(() => reject(new Error(message, { cause: error })));
    });
    child.once("exit", (code, endedBy) => {
      // Asked for at once, while the group's number cannot have been given to anyone else.
      if (group !== undefined && isGroupAlive(group)) options.onLeftover(group);
      stop.cancel.removeEventListener("abort", cancel);
      for (const timer of timers.splice(0)) clearTimeout(timer);
      const exitCode = code ?? 128 + (endedBy === null ? 0 : constants.signals[endedBy]);
      const finish = (): void => conclude(() => resolve(exitCode));
      end = finish;
      child.once("close", finish);
      timers.push(setTimeout(finish, stop.kill.aborted ? 0 : patience.outputMs));
    });
  });
}

function signalGroup(group: number | undefined, name: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
