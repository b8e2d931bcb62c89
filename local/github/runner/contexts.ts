import { arch } from "node:os";
import { join } from "node:path";
import type { RunnerServices, RunRequest } from "../runner-services.ts";
import { toValue, type Value } from "./expressions/data.ts";
import type { RunContext } from "./run-context.ts";

/** What a job adds to the `github` context. */
interface JobFacts {
  readonly id: string;
  readonly token: string;
  readonly directories: JobDirectories;
}

/** Where a job lives on disk. */
export interface JobDirectories {
  /** Holds all of the others; removed when the job is over. */
  readonly root: string;
  /** RUNNER_WORKSPACE, and in it GITHUB_WORKSPACE. */
  readonly runnerWorkspace: string;
  readonly workspace: string;
  readonly temp: string;
  /** Environment files of the steps. */
  readonly commands: string;
  readonly eventPath: string;
}

export function jobDirectories(root: string, repository: string): JobDirectories {
  const name = repository.split("/").at(-1) ?? repository;
  return {
    root,
    runnerWorkspace: join(root, name),
    workspace: join(root, name, name),
    temp: join(root, "_temp"),
    commands: join(root, "_temp", "_runner_file_commands"),
    eventPath: join(root, "_temp", "_github_workflow", "event.json"),
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context */
export function githubContext(
  { head, event, headRef, baseRef }: RunRequest,
  services: RunnerServices,
  workflow: RunContext["workflow"],
  job?: JobFacts,
): Readonly<Record<string, unknown>> {
  const { serverUrl, name: repository, ownerId } = services.repository;
  const [owner = ""] = repository.split("/");
  const [, kind, refName] = /^refs\/(heads|tags)\/(.+)$/.exec(head.ref) ?? [];
  return {
    actor: head.actor,
    actor_id: String(idOf(event.sender) ?? ownerId),
    api_url: services.repository.apiUrl,
    base_ref: baseRef,
    event,
    event_name: head.event,
    graphql_url: `${serverUrl}/api/graphql`,
    head_ref: headRef,
    ref: head.ref,
    ref_name: refName ?? head.ref.replace(/^refs\/pull\//, ""),
    ref_protected: false,
    ref_type: kind === "tags" ? "tag" : "branch",
    repository,
    repository_id: String(services.repository.id),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    repositoryUrl: `${serverUrl.replace(/^https?/, "git")}/${repository}.git`,
    retention_days: "90",
    run_attempt: String(head.attempt),
    run_id: String(head.id),
    run_number: String(head.number),
    secret_source: "Actions",
    server_url: serverUrl,
    sha: head.sha,
    triggering_actor: head.actor,
    workflow: workflow.name,
    workflow_ref: `${repository}/${workflow.path}@${head.ref}`,
    workflow_sha: head.sha,
    ...(job && {
      job: job.id,
      token: job.token,
      workspace: job.directories.workspace,
      event_path: job.directories.eventPath,
    }),
  };
}

/** The contexts that are known before any job starts. */
export function workflowContexts(
  request: RunRequest,
  services: RunnerServices,
  workflow: RunContext["workflow"],
): ReadonlyMap<string, Value> {
  return new Map([
    ["github", toValue(githubContext(request, services, workflow))],
    ["inputs", toValue(request.inputs)],
    ["vars", toValue(request.fromFork ? {} : services.configuration.variables(undefined))],
  ]);
}

/** GITHUB_* variables that are the context's value under another name. */
const variables = [
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
] as const;

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#runner-context */
export function runnerContext(
  directories: JobDirectories,
  workDirectory: string,
  debug: boolean,
): Readonly<Record<string, string>> {
  return {
    arch: arch() === "arm64" ? "ARM64" : "X64",
    environment: "self-hosted",
    name: "local",
    os: "Linux",
    temp: directories.temp,
    tool_cache: join(workDirectory, "tools"),
    workspace: directories.runnerWorkspace,
    ...(debug ? { debug: "1" } : {}),
  };
}

/** The variables that every step of a job gets and cannot change. */
export function defaultVariables(
  github: Readonly<Record<string, unknown>>,
  runner: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ["GITHUB_ACTIONS", "true"],
    ...variables.map((name) => [`GITHUB_${name.toUpperCase()}`, String(github[name])] as const),
    ...Object.entries(runner).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value] as const),
  ]);
}

function idOf(sender: unknown): unknown {
  return typeof sender === "object" && sender !== null && "id" in sender ? sender.id : undefined;
}
