import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ActionContext } from "./action.ts";

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of the child's output, as it comes. */
  readonly onLine: (line: string) => void;
  /** Called with the id of the process, for whoever has to end what it starts as well. */
  readonly onStart?: (pid: number) => void;
}

/**
 * What a child of an action is started with of the step's environment: everything except the action's own inputs (the job token
 * is one of them), the runner's tokens, and the files through which a step speaks to the runner. It is no wall: a child runs as
 * the same user, and can read the environment of its parent.
 */
function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const hidden = /^(INPUT_|ACTIONS_|STATE_|GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY|TOKEN)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.test(name)));
}

/**
 * Runs a program to its end and returns its exit code. It stays in the action's process group, so that whoever ends the
 * step ends it as well. A cancelled job sends it SIGTERM, and SIGKILL 5 s later.
 */
export async function runCommand(
  command: Command,
  context: Pick<ActionContext, "env" | "signal">,
): Promise<number> {
  context.signal.throwIfAborted();
  const child = spawn(command.command, command.args, {
    cwd: command.cwd,
    env: { ...childEnvironment(context.env), ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) command.onStart?.(child.pid);
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill("SIGTERM");
    killer = setTimeout(() => child.kill("SIGKILL"), 5000);
  };
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", command.onLine);
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => resolve(exitCode ?? 1));
      // "close" waits for whoever still holds the pipes; a cancelled job does not.
      child.once("exit", () => context.signal.aborted && resolve(1));
    });
    context.signal.throwIfAborted();
    return code;
  } finally {
    clearTimeout(killer);
    context.signal.removeEventListener("abort", stop);
  }
}
