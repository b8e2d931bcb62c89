import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Conclusion } from "../../local/github/run-events.ts";
import { ArtifactStore } from "../../local/github/server/actions/artifacts.ts";
import { type GitHub, startGitHub } from "../../local/github/server/server.ts";
import { Counters } from "../../local/github/server/state/counters.ts";
import { type RunRecord, RunStore } from "../../local/github/server/state/runs.ts";
import { Processes } from "../../local/processes.ts";

/** An artifact that a run left behind; where nothing else is said, as a deploy of the default branch leaves it. */
export interface LeftArtifact {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** The file whose digest the job says. */
  readonly document: string;
  readonly sha: string;
  readonly branch?: string;
  /** Kept until yesterday. */
  readonly expired?: boolean;
  readonly event?: string;
  readonly path?: string;
  /** Workflows that the run called. */
  readonly called?: readonly string[];
  /** The owner of the fork that it is of. */
  readonly fork?: string;
  /** The job that made it, and how it and its run ended; undefined while the run still waits for somebody. */
  readonly job: string;
  readonly conclusion?: Conclusion;
  readonly runConclusion?: Conclusion | "waiting";
  /** What the job's log says instead of that it made it; and another job's log. */
  readonly log?: readonly string[];
  readonly otherLog?: readonly string[];
}

/** Of the run that looks for it. */
export const ownRunId = 7;
export const deployPath = ".github/workflows/deploy.yml";
export const calledPath = "owner/pipeline/.github/workflows/pipeline-deploy.yml";

export interface GitHubWithArtifacts extends GitHub {
  /** Makes the branch end in what is checked out in the folder. Returns its commit. */
  take(workspace: string, branch?: string): string;
}

/** GitHub's stand-in with what earlier runs have left; their ids count from 101. The run that looks is one of the same workflow. */
export async function githubWithArtifacts(
  directory: string,
  artifacts: readonly LeftArtifact[],
  own: { readonly path?: string; readonly called?: readonly string[]; readonly event?: string } = {},
): Promise<GitHubWithArtifacts> {
  const inside = join(directory, "github");
  mkdirSync(inside, { recursive: true });
  const counters = new Counters(join(inside, "counters.json"));
  const runs = new RunStore(join(inside, "runs"));
  const at = new Date().toISOString();
  for (const [index, left] of artifacts.entries()) {
    const record = recordOf(101 + index, left, at);
    tellRun(runs, record, left, at);
    const root = join(directory, `artifact-${index}`);
    for (const [path, content] of Object.entries(left.files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const uploaded = new Date(Date.now() - (left.expired ? 2 : 0) * 86_400_000);
    const store = new ArtifactStore(join(inside, "artifacts"), counters, () => uploaded);
    const files = Object.keys(left.files);
    const { head, headBranch } = record;
    await store.save(
      { run: head, name: left.name, root, files, overwrite: false, retentionDays: 1 },
      headBranch,
    );
  }
  const ours = { sha: "b".repeat(40), job: "Build", name: "", files: {}, document: "", ...own };
  const record = recordOf(ownRunId, ours, at);
  runs.begin(record, at);
  runs.append(ownRunId, { type: "run-started", at, jobs: [], referencedWorkflows: referenced(ours) });
  runs.abandon();
  const github = await startGitHub({
    directory: inside,
    port: 0,
    owner: "owner",
    repository: "repository",
    actor: "you",
    environment: { PATH: process.env.PATH ?? "", HOME: directory },
    processes: new Processes(join(directory, "processes.json")),
  });
  return {
    ...github,
    take: (workspace, branch = "main") => {
      const git = (...args: readonly string[]) =>
        execFileSync("git", ["--git-dir", github.gitDirectory, ...args], { encoding: "utf8" }).trim();
      git("fetch", "--quiet", workspace, `+HEAD:refs/heads/${branch}`);
      return git("rev-parse", `refs/heads/${branch}`);
    },
  };
}

function recordOf(id: number, left: LeftArtifact, at: string): RunRecord {
  const { branch = "main", event = "push", path = deployPath, sha, fork } = left;
  return {
    head: {
      id,
      attempt: 1,
      number: id,
      workflow: "Deploy",
      path,
      event,
      ref: `refs/heads/${branch}`,
      sha,
      title: "earlier",
      actor: "you",
    },
    headBranch: branch,
    headSha: sha,
    headRef: "",
    baseRef: "",
    event: {},
    inputs: {},
    ...(fork === undefined ? {} : { fork }),
    createdAt: at,
    startedAt: at,
  };
}

const referenced = ({ called = [calledPath] }: Pick<LeftArtifact, "called">) =>
  called.map((path) => ({ path: `${path}@v1`, sha: "f".repeat(40), ref: "refs/tags/v1" }));

function tellRun(runs: RunStore, record: RunRecord, left: LeftArtifact, at: string): void {
  const { id } = record.head;
  const { job, conclusion = "success", runConclusion = conclusion, files, document, name } = left;
  const digest = createHash("sha256")
    .update(files[document] ?? "")
    .digest("hex");
  const { log = [`made ${name} with sha256 ${digest}`], otherLog = [] } = left;
  runs.begin(record, at);
  const announced = [
    { id: "made", name: `Pipeline / ${job}` },
    { id: "other", name: "Pipeline / Other" },
  ];
  runs.append(id, { type: "run-started", at, jobs: announced, referencedWorkflows: referenced(left) });
  for (const [of, lines] of [
    ["made", log],
    ["other", otherLog],
  ] as const) {
    const jobName = announced.find((one) => one.id === of)?.name ?? "";
    runs.append(id, { type: "job-started", at, job: of, name: jobName, steps: ["Work"] });
    for (const text of lines) runs.append(id, { type: "line", at, job: of, step: 0, text });
    const ended = of === "made" ? conclusion : "success";
    runs.append(id, { type: "job-ended", at, job: of, conclusion: ended, seconds: 1, outputs: {} });
  }
  if (runConclusion === "waiting") return;
  runs.append(id, { type: "run-ended", at, conclusion: runConclusion, seconds: 1 });
}
