import { stripVTControlCharacters } from "node:util";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { endProcesses } from "./end-processes.ts";

export interface CommandEnd {
  readonly code: number;
  /** What it printed, without terminal codes. */
  readonly lines: readonly string[];
  /** It was ended because it took longer than it may. */
  readonly isOverLimit: boolean;
}

/**
 * Runs a command by bash in the workspace, showing its output as it comes. Where it takes longer than `limitMinutes`, 0 for no limit,
 * it is ended with all that it has started.
 */
export async function runSuiteCommand(
  command: string,
  env: Readonly<Record<string, string>>,
  limitMinutes: number,
  context: ActionContext,
): Promise<CommandEnd> {
  const lines: string[] = [];
  let pid: number | undefined;
  let isOverLimit = false;
  const killers: NodeJS.Timeout[] = [];
  const end = (): void => {
    isOverLimit = true;
    if (pid === undefined) return;
    endProcesses(pid, "SIGTERM");
    killers.push(setTimeout(() => pid !== undefined && endProcesses(pid, "SIGKILL"), 5000));
  };
  if (limitMinutes > 0) killers.push(setTimeout(end, limitMinutes * 60_000));
  try {
    const code = await runCommand(
      {
        command: "bash",
        args: ["-eo", "pipefail", "-c", command],
        cwd: context.run.workspace,
        env,
        onStart: (started) => {
          pid = started;
        },
        onLine: (line) => {
          lines.push(stripVTControlCharacters(line).trimEnd());
          context.runner.info(line);
        },
      },
      context,
    );
    return { code, lines, isOverLimit };
  } finally {
    for (const killer of killers) clearTimeout(killer);
  }
}
