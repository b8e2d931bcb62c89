import { type ChildProcess, spawn } from "node:child_process";
import { setPriority } from "node:os";
import { root } from "../root.ts";

export interface Task {
  readonly name: string;
  /** What Node is to run. */
  readonly args: readonly string[];
  /** Goes before the others where they compete for the processor. */
  readonly isUrgent?: boolean;
}

export interface Outcome {
  /** Names of the tasks that did not end with 0. */
  readonly failed: readonly string[];
  /** The exit code that a shell expects where a signal ended it all. */
  readonly interrupted: number | undefined;
}

/** A nice value: about a third of the processor time that the others get while they want it. */
const lessUrgent = 5;

/**
 * Runs Node programs at once, and shows what they print one after the other, in the order of the list: the first that has
 * not ended is seen as it goes on. Resolves when all have ended, also after SIGINT or SIGTERM, which they get too.
 */
export async function runSideBySide(
  tasks: readonly Task[],
  write: (text: string | Buffer) => void,
): Promise<Outcome> {
  const started = performance.now();
  const running = tasks.map((task) => ({ task, child: start(task) }));
  const signals = watchSignals(running.map(({ child }) => child));
  const failed: string[] = [];
  try {
    const shown = running.map(({ task, child }) => ({
      task,
      output: new Output(child, write),
      ended: end(child),
    }));
    for (const { task, output, ended } of shown) {
      write(`\n${task.name}\n`);
      output.show();
      const { code, at } = await ended;
      const seconds = ((at - started) / 1000).toFixed(0);
      write(`${code === 0 ? "ok" : "FAILED"}  ${task.name} (${seconds} s)\n`);
      if (code !== 0) failed.push(task.name);
    }
  } finally {
    signals.stop();
  }
  return { failed, interrupted: signals.exitCode };
}

function start({ args, isUrgent = false }: Task): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  if (!isUrgent && child.pid !== undefined) setPriority(child.pid, lessUrgent);
  return child;
}

function end(child: ChildProcess): Promise<{ readonly code: number; readonly at: number }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, at: performance.now() }));
  });
}

/** What a program prints, kept until it is to be shown. */
class Output {
  readonly #write: (text: Buffer) => void;
  #kept: Buffer[] | undefined = [];

  constructor(child: ChildProcess, write: (text: Buffer) => void) {
    this.#write = write;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        if (this.#kept === undefined) write(chunk);
        else this.#kept.push(chunk);
      });
    }
  }

  show(): void {
    for (const chunk of this.#kept ?? []) this.#write(chunk);
    this.#kept = undefined;
  }
}

/** Lets the programs clean up before this one ends. */
function watchSignals(children: readonly ChildProcess[]): { exitCode: number | undefined; stop: () => void } {
  const state = { exitCode: undefined as number | undefined, stop: () => {} };
  // A terminal sends SIGINT to the whole group, so they have it already.
  const onInterrupt = (): void => {
    state.exitCode ??= 130;
  };
  const onTerminate = (): void => {
    state.exitCode ??= 143;
    for (const child of children) child.kill("SIGTERM");
  };
  process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate);
  state.stop = () => {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate);
  };
  return state;
}
