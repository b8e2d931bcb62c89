import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { baseEnvironment } from "../../environment.ts";
import { Processes } from "../../processes.ts";
import type { Conclusion, RunEventBody } from "../run-events.ts";
import type { Gates, JobIdentity, RunnerServices } from "../runner-services.ts";
import { runWorkflow } from "./run-workflow.ts";
import type { Patience } from "./steps/step-process.ts";

/** A temporary repository in which tests run real workflows. Disposes of itself. */
export interface RunnerFixture {
  readonly directory: string;
  readonly workDirectory: string;
  readonly settings: Record<"variables" | "secrets" | "environmentSecrets", Record<string, string>>;
  /** Identities for which a job token was made, in order. */
  readonly identities: JobIdentity[];
  /** Commits files on main and returns the commit. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Runs git in the working copy, then pushes all branches and tags. */
  git(...args: string[]): void;
  /** Starts a workflow on the latest commit. */
  start(workflow: string, options?: StartOptions): StartedRun;
  run(workflow: string, options?: StartOptions): Promise<FinishedRun>;
  [Symbol.dispose](): void;
}

interface StartOptions {
  readonly inputs?: Record<string, unknown>;
  readonly event?: Record<string, unknown>;
  readonly ref?: string;
  readonly repositories?: RunnerServices["repositories"];
  readonly fromFork?: boolean;
  readonly gitDirectory?: string;
  readonly concurrency?: Gates["concurrency"];
  readonly patience?: Patience;
}

interface StartedRun {
  readonly events: RunEventBody[];
  readonly cancel: AbortController;
  readonly shutdown: AbortController;
  readonly done: Promise<FinishedRun>;
  /** Resolves as soon as the text is a line of the log. */
  line(text: string): Promise<void>;
}

/** A run as its events tell it. */
export interface FinishedRun {
  readonly conclusion: Conclusion;
  readonly events: readonly RunEventBody[];
  /** Every line of the log, without the folded headers of steps. */
  readonly lines: readonly string[];
  readonly annotations: readonly string[];
  /** Conclusion of each job by its id. */
  readonly jobs: Readonly<Record<string, Conclusion>>;
  /** Conclusion of each step by its name, of all jobs. */
  readonly steps: Readonly<Record<string, Conclusion>>;
  outputsOf(job: string): Readonly<Record<string, string>>;
}

export function createFixture(): RunnerFixture {
  const directory = mkdtempSync(join(tmpdir(), "runner-"));
  const source = join(directory, "source");
  const gitDirectory = join(directory, "repository.git");
  const workDirectory = join(directory, "work");
  mkdirSync(workDirectory);
  const env = { ...baseEnvironment(process.env, directory), GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@localhost", ...args], {
      env,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--bare", "--initial-branch=main", gitDirectory);
  git("init", "--quiet", "--initial-branch=main", source);
  const processes = new Processes(join(directory, "processes.json"));
  const settings: RunnerFixture["settings"] = { variables: {}, secrets: {}, environmentSecrets: {} };
  const identities: JobIdentity[] = [];
  const artifacts = new Map<string, string>();
  const groups = new Map<string, Promise<void>>();
  let runs = 0;
  let head = "";

  const enterGroup: Gates["concurrency"] = async ({ group, signal, onWait }) => {
    const before = groups.get(group);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    groups.set(
      group,
      Promise.all([before, held]).then(() => {}),
    );
    if (before !== undefined) onWait(1);
    const given = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    given.catch(() => {});
    await Promise.race([before, given]);
    return { release };
  };

  const fixture: RunnerFixture = {
    directory,
    workDirectory,
    settings,
    identities,
    commit: (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(source, path)), { recursive: true });
        writeFileSync(join(source, path), text);
      }
      git("-C", source, "add", "--all");
      git("-C", source, "commit", "--quiet", "--allow-empty", "--message", "Change");
      git("-C", source, "push", "--quiet", gitDirectory, "main");
      head = git("-C", source, "rev-parse", "HEAD");
      return head;
    },
    git: (...args) => {
      git("-C", source, ...args);
      git("-C", source, "push", "--quiet", "--all", gitDirectory);
      git("-C", source, "push", "--quiet", "--tags", gitDirectory);
    },
    start: (workflow, options = {}) => {
      if (head === "") fixture.commit({ "README.md": "# Test\n" });
      const events: RunEventBody[] = [];
      const waiting = new Map<string, () => void>();
      const cancel = new AbortController();
      const shutdown = new AbortController();
      const id = ++runs;
      const emit = (event: RunEventBody): void => {
        events.push(event);
        if (event.type !== "line") return;
        waiting.get(event.text)?.();
      };
      const services: RunnerServices = {
        repository: {
          name: "local/udagram",
          id: 12,
          ownerId: 34,
          defaultBranch: "main",
          gitDirectory: options.gitDirectory ?? gitDirectory,
          serverUrl: "http://127.0.0.1:9",
          apiUrl: "http://127.0.0.1:9/api/v3",
        },
        machine: { workDirectory, environment: env, processes },
        configuration: {
          variables: (environment) => ({ ...settings.variables, ...(environment && { WHERE: environment }) }),
          secrets: (environment) => ({
            ...settings.secrets,
            ...(environment && settings.environmentSecrets),
          }),
          environmentSecrets: () => settings.environmentSecrets,
        },
        credentials: {
          jobToken: (job) => {
            identities.push(job);
            return { token: `token-of-${job.job}`, revoke: () => {} };
          },
          idTokenRequest: () => ({ url: "http://127.0.0.1:9/token?x=1", token: "id-token-request" }),
        },
        gates: { concurrency: options.concurrency ?? enterGroup, protection: async () => {} },
        artifacts: {
          save: async ({ name, root, files }) => {
            const folder = join(directory, "artifacts", name);
            for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: true });
            artifacts.set(name, folder);
            return { id: artifacts.size, digest: "sha256:00", bytes: 1 };
          },
          load: async ({ name, into }) => {
            const folder = artifacts.get(name);
            if (folder === undefined) throw new Error(`there is no artifact "${name}"`);
            cpSync(folder, into, { recursive: true });
          },
          list: async () => [...artifacts.keys()],
        },
        emit,
        signal: cancel.signal,
        shutdown: shutdown.signal,
        ...(options.repositories === undefined ? {} : { repositories: options.repositories }),
      };
      const request = {
        head: {
          id,
          attempt: 1,
          number: id,
          workflow: "Test",
          path: ".github/workflows/test.yml",
          event: "push",
          ref: options.ref ?? "refs/heads/main",
          sha: head,
          title: "Change",
          actor: "someone",
        },
        workflowText: workflow,
        event: options.event ?? {},
        inputs: options.inputs ?? {},
        headRef: "",
        baseRef: "",
        fromFork: options.fromFork ?? false,
      };
      return {
        events,
        cancel,
        shutdown,
        line: (text) => new Promise<void>((resolve) => waiting.set(text, resolve)),
        done: runWorkflow(request, services, options.patience).then((conclusion) =>
          finished(conclusion, events),
        ),
      };
    },
    run: (workflow, options) => fixture.start(workflow, options).done,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
  return fixture;
}

/** A workflow of small jobs: the lines of each job but runs-on. */
export function jobs(all: Readonly<Record<string, string>>, top = ""): string {
  const body = Object.entries(all).map(([id, lines]) => {
    const steps = lines.includes("steps:") ? "" : "\n    steps: [{ run: 'true' }]";
    return `  ${id}:\n    runs-on: ubuntu-24.04\n${lines.replace(/^(?=.)/gm, "    ")}${steps}`;
  });
  return `on: push\n${top}\njobs:\n${body.join("\n")}\n`;
}

/** A workflow of one job whose steps are given as YAML list items. */
export function oneJob(steps: string, job = ""): string {
  const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);
  return `on: push\njobs:\n  job:\n    runs-on: ubuntu-24.04\n${indent(job, "    ")}\n    steps:\n${indent(steps, "      ")}\n`;
}

function finished(conclusion: Conclusion, events: readonly RunEventBody[]): FinishedRun {
  const names = new Map<string, string>();
  const steps: Record<string, Conclusion> = {};
  const jobs: Record<string, Conclusion> = {};
  const lines: string[] = [];
  let folded = false;
  for (const event of events) {
    if (event.type === "step-started") names.set(`${event.job} ${event.step}`, event.name);
    if (event.type === "step-ended") steps[names.get(`${event.job} ${event.step}`) ?? ""] = event.conclusion;
    if (event.type === "job-ended") jobs[event.job] = event.conclusion;
    if (event.type !== "line") continue;
    if (event.text.startsWith("##[group]Run ")) folded = true;
    else if (event.text === "##[endgroup]") folded = false;
    else if (!folded) lines.push(event.text);
  }
  return {
    conclusion,
    events,
    lines,
    jobs,
    steps,
    annotations: events.flatMap((event) =>
      event.type === "annotation" ? [`${event.level}: ${event.message}`] : [],
    ),
    outputsOf: (job) => {
      const ended = events.find((event) => event.type === "job-ended" && event.job === job);
      return ended?.type === "job-ended" ? ended.outputs : {};
    },
  };
}
