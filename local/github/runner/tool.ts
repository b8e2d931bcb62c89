import type { Machine } from "../runner-services.ts";
import { githubPatience, runProcess, type Stop } from "./steps/step-process.ts";

interface ToolOptions {
  readonly cwd: string;
  readonly stop: Stop;
  /** Added to the base environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one of the runner's own programs and returns the lines that it printed. Throws with its last lines when it fails. */
export async function runTool(
  machine: Pick<Machine, "processes" | "environment">,
  command: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const exitCode = await runProcess(machine.processes, command, args, {
    cwd: options.cwd,
    env: { ...machine.environment, LC_ALL: "C", ...options.env },
    stop: options.stop,
    patience: githubPatience,
    onLine: (line) => lines.push(line),
    onLeftover: () => {},
  });
  if (exitCode === 0) return lines;
  throw new Error(
    `${command} ${args[0] ?? ""} failed with exit code ${exitCode}: ${lines.slice(-3).join("; ")}`,
  );
}

/** Git, deaf to the configuration of the machine and never asking anything. */
export function runGit(
  machine: Pick<Machine, "processes" | "environment">,
  args: readonly string[],
  options: ToolOptions,
): Promise<readonly string[]> {
  const env = {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...options.env,
  };
  return runTool(machine, "git", args, { ...options, env });
}
