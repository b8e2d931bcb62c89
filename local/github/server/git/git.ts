import { buffer } from "node:stream/consumers";
import type { Processes } from "../../../processes.ts";

class GitError extends Error {
  readonly code: number;

  constructor(args: readonly string[], code: number, stderr: string) {
    super(`git ${args[0]} failed with exit code ${code}: ${stderr.trim() || "no message"}`);
    this.name = "GitError";
    this.code = code;
  }
}

/** The git program on one bare repository, deaf to the configuration of whoever runs it. */
export class Git {
  readonly directory: string;
  readonly #processes: Processes;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(directory: string, processes: Processes, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#processes = processes;
    this.#environment = {
      ...environment,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
    };
  }

  /** What the command printed. Throws `GitError` with its message when it fails. */
  async run(
    args: readonly string[],
    input = "",
    extra: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await this.#execute(args, input, extra);
    if (code !== 0) throw new GitError(args, code, stderr);
    return stdout.toString("utf8");
  }

  /** Like `run`, for output that is no text. */
  async bytes(args: readonly string[], input = ""): Promise<Buffer> {
    const { code, stdout, stderr } = await this.#execute(args, input, {});
    if (code !== 0) throw new GitError(args, code, stderr);
    return stdout;
  }

  /** Runs a command whose failure is an answer. */
  async attempt(args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
    const { code, stdout } = await this.#execute(args, "", {});
    return { code, stdout: stdout.toString("utf8") };
  }

  async #execute(
    args: readonly string[],
    input: string,
    extra: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly stdout: Buffer; readonly stderr: string }> {
    const child = this.#processes.start("git", [`--git-dir=${this.directory}`, ...args], {
      env: { ...this.#environment, ...extra },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const closed = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? -1));
    });
    // A command that does not read its input closes the pipe early; its exit code says whether that matters.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    const [code, stdout, stderr] = await Promise.all([
      closed,
      child.stdout ? buffer(child.stdout) : Buffer.alloc(0),
      child.stderr ? buffer(child.stderr) : Buffer.alloc(0),
    ]);
    return { code, stdout, stderr: stderr.toString("utf8") };
  }
}
