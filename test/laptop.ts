import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { State } from "../local/state.ts";
import { root } from "../scripts/root.ts";
import { until } from "./until.ts";

interface Finished {
  readonly code: number | null;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
}

/** A user's machine: a clone of this repository at HEAD, with its dependencies installed, and the commands a user types. */
export class Laptop {
  readonly clone: string;
  readonly #folder: string;
  readonly #running = new Set<ChildProcess>();
  /** What the user's shell has on top of this one. */
  environment: Record<string, string> = {};

  /** Of this repository, or of a clone of it whose `HEAD` is another commit. */
  constructor(from = root) {
    this.#folder = mkdtempSync(join(tmpdir(), "udagram-story-"));
    this.clone = join(this.#folder, "clone");
    this.#must("git", ["clone", "--quiet", from, this.clone], this.#folder);
    this.#must("cp", ["-al", join(from, "node_modules"), join(this.clone, "node_modules")], this.#folder);
    this.git("config", "user.name", "You");
    this.git("config", "user.email", "you@example.com");
  }

  git(...args: readonly string[]): string {
    return this.#must("git", args, this.clone).trim();
  }

  read(file: string): string {
    return readFileSync(join(this.clone, file), "utf8");
  }

  /** Changes a file and commits it. */
  commit(file: string, content: string, subject: string): void {
    writeFileSync(join(this.clone, file), content);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", subject);
  }

  /** Where its stack keeps its state, relative to the clone: that of another repository, where one was started. */
  get stack(): string {
    const [other] = globSync(".local/repositories/*", { cwd: this.clone });
    return other ?? ".local";
  }

  get state(): State {
    return JSON.parse(this.read(join(this.stack, "state.json"))) as State;
  }

  /** The id of the newest run. */
  get newestRun(): number {
    return Math.max(...readdirSync(join(this.clone, this.stack, "github/runs")).map(Number));
  }

  /** Every line that the newest run printed. */
  logOfLatestRun(): string {
    const events = this.read(join(this.stack, `github/runs/${this.newestRun}/events.ndjson`))
      .trim()
      .split("\n");
    return events
      .map((line) => JSON.parse(line) as { type: string; text?: string })
      .flatMap(({ text }) => text ?? [])
      .join("\n");
  }

  /** Starts a command without waiting for it. */
  begin(command: string, args: readonly string[]): Running {
    const child = spawn(command, args, {
      cwd: this.clone,
      env: this.#env(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return new Running(child);
  }

  /** Runs a command to its end. */
  run(command: string, ...args: readonly string[]): Promise<Finished> {
    return this.begin(command, args).finished;
  }

  push(...args: readonly string[]): Promise<Finished> {
    return this.run("git", "push", "local", ...(args.length === 0 ? ["HEAD:main"] : args));
  }

  /** Ends what is still running and forgets the machine. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#running].map((child) => new Running(child).interrupt()));
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  #env(): NodeJS.ProcessEnv {
    const node = dirname(process.execPath);
    const { MOCHA_OPTIONS: _, ...env } = process.env;
    return { ...env, PATH: `${node}:${process.env.PATH}`, ...this.environment };
  }

  #must(command: string, args: readonly string[], cwd: string): string {
    const result = spawnSync(command, args, { cwd, encoding: "utf8", env: this.#env() });
    if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr}`);
    return result.stdout;
  }
}

/** A command that is under way. */
export class Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  output = "";

  constructor(child: ChildProcess) {
    this.child = child;
    const started = performance.now();
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString("utf8");
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    this.finished = new Promise((resolve) => {
      child.once("close", (code) =>
        resolve({ code, output: this.output, seconds: (performance.now() - started) / 1000 }),
      );
    });
  }

  /** Resolves as soon as the output matches; rejects with the output when the command ends first, or hangs for ten minutes. */
  async says(pattern: RegExp): Promise<void> {
    let ended = false;
    void this.finished.then(() => {
      ended = true;
    });
    await until(() => ended || pattern.test(this.output), 600).catch(() => {});
    if (!pattern.test(this.output)) throw new Error(`${pattern} was not printed:\n${this.output}`);
  }

  /** Ctrl-C: SIGINT to the whole group, as a terminal sends it. */
  async interrupt(): Promise<Finished> {
    const { exitCode, signalCode, pid } = this.child;
    if (exitCode === null && signalCode === null && pid !== undefined) process.kill(-pid, "SIGINT");
    return this.finished;
  }
}
