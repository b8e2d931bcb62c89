import type { Processes } from "../../../processes.ts";

export interface CommandResult {
  /** Exit status; 1 when the command could not be started, 128 + n when signal n ended it. */
  readonly status: number;
  /** The last of what it wrote, both streams together. */
  readonly output: string;
}

const keptOutput = 16 * 1024;

/**
 * Runs a command to its end in a process group of its own, and ends whatever it left running. A text goes through the
 * shell, a list is run as it is. Ends the group and rejects with the signal's reason when the signal aborts.
 */
export async function runCommand(
  processes: Processes,
  command: string | readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<CommandResult> {
  options.signal.throwIfAborted();
  const [program = "", ...args] = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const child = processes.start(program, args, {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-keptOutput);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const { pid } = child;
  const ended = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      output += `${error.message}\n`;
      resolve(1);
    });
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 143)));
  });
  const aborted = new Promise<never>((_, reject) => {
    options.signal.addEventListener("abort", () => reject(options.signal.reason), { once: true });
  });
  try {
    const status = await Promise.race([ended, aborted]);
    // What the command wrote just before its end may still be in the pipe.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { status, output };
  } finally {
    if (pid !== undefined) await processes.end(pid, 500);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}
