import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { Octokit } from "@octokit/rest";
import { baseEnvironment } from "../../environment.ts";
import { Processes } from "../../processes.ts";
import { type GitHub, type GitHubOptions, startGitHub } from "./server.ts";

/** A started GitHub in a folder of its own, with a clone to push from. */
export interface Fixture {
  readonly directory: string;
  readonly github: GitHub;
  readonly clone: Clone;
  readonly octokit: Octokit;
  readonly repo: { readonly owner: string; readonly repo: string };
  /** Stops it and starts it again on the same folder and port. */
  restart(): Promise<Fixture>;
  stop(): Promise<void>;
}

export async function startFixture(options: Partial<GitHubOptions> = {}): Promise<Fixture> {
  const directory = mkdtempSync(join(tmpdir(), "github-server-"));
  try {
    return await open(directory, options);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function open(directory: string, options: Partial<GitHubOptions>): Promise<Fixture> {
  const home = join(directory, "home");
  mkdirSync(home, { recursive: true });
  const environment = {
    ...baseEnvironment(process.env, home),
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  };
  const processes = new Processes(join(directory, "processes.json"));
  const github = await startGitHub({
    directory: join(directory, "github"),
    port: 0,
    owner: "local",
    repository: "udagram",
    actor: "you",
    environment,
    processes,
    ...options,
  });
  const clone = new Clone(join(directory, "clone"), processes, environment);
  await clone.open(github.gitDirectory);
  const stop = async (): Promise<void> => {
    await github.stop();
    await processes.endAll(1000);
  };
  return {
    directory,
    github,
    clone,
    octokit: octokitOf(github, github.token),
    repo: { owner: "local", repo: "udagram" },
    restart: async () => {
      await stop();
      return open(directory, { ...options, port: Number(new URL(github.url).port) });
    },
    stop: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function octokitOf(github: GitHub, token: string, baseUrl: string = github.apiUrl): Octokit {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return new Octokit({ auth: token, baseUrl, log });
}

interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A working copy, used through git as a person would. */
export class Clone {
  readonly directory: string;
  readonly #processes: Processes;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(directory: string, processes: Processes, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#processes = processes;
    this.#environment = {
      ...environment,
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
    };
  }

  /** What another working copy beside this one is made with. */
  get tools(): readonly [Processes, Readonly<Record<string, string>>] {
    return [this.#processes, this.#environment];
  }

  async open(remote: string): Promise<void> {
    if (existsSync(join(this.directory, ".git"))) return;
    mkdirSync(this.directory, { recursive: true });
    await this.git("init", "--quiet", "--initial-branch=main");
    await this.git("remote", "add", "local", remote);
  }

  /** Commits the files given; undefined removes one. Returns the commit's id. */
  async commit(message: string, files: Readonly<Record<string, string | undefined>>): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.directory, path);
      mkdirSync(dirname(file), { recursive: true });
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
    }
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", message);
    return (await this.git("rev-parse", "HEAD")).stdout.trim();
  }

  /** Runs git; throws its message when it fails. */
  async git(...args: readonly string[]): Promise<GitResult> {
    const result = await this.attempt(args);
    if (result.code !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}`);
    return result;
  }

  push(...args: readonly string[]): Promise<GitResult> {
    return this.attempt(["push", "local", ...args]);
  }

  /** Runs git; `interrupt` is a Ctrl-C in its terminal. */
  async attempt(
    args: readonly string[],
    extra: Readonly<Record<string, string>> = {},
    interrupt?: AbortSignal,
  ): Promise<GitResult> {
    const child = this.#processes.start("git", args, {
      cwd: this.directory,
      env: { ...this.#environment, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    interrupt?.addEventListener("abort", () => process.kill(-(child.pid as number), "SIGINT"));
    const closed = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
    const [code, stdout, stderr] = await Promise.all([
      closed,
      child.stdout ? text(child.stdout) : "",
      child.stderr ? text(child.stderr) : "",
    ]);
    return { code, stdout, stderr };
  }
}

/** A workflow of one job with the steps given as YAML. */
export function workflow(name: string, on: string, steps: string, job = ""): string {
  return `name: ${name}
on:
  ${on}
permissions: {}
jobs:
  work:
    name: Work
    runs-on: ubuntu-24.04
${job}    steps:
${steps
  .trim()
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
`;
}

/** What git shows of the hook, without its prefix. */
export function told(stderr: string): string {
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("remote:"))
    .map((line) => line.replace(/^remote: ?/, "").trimEnd())
    .join("\n");
}

/** The error that a refused call of Octokit ends in. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => undefined,
    (error: Refusal) => error,
  );
  if (outcome === undefined) throw new Error("the call succeeded");
  return outcome;
}

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly data: unknown };
}
