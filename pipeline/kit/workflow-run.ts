import { readFileSync } from "node:fs";

/** The workflow run that this action is part of: https://docs.github.com/actions/reference/workflows-and-actions/variables */
export interface WorkflowRun {
  readonly owner: string;
  readonly repository: string;
  readonly sha: string;
  readonly ref: string;
  readonly eventName: string;
  /** The webhook's payload; {} where there is none. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly workflow: string;
  readonly job: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly workspace: string;
  readonly temp: string;
  readonly apiUrl: string;
  /** Address of the run's page. */
  readonly url: string;
}

/** Reads the run from the environment that the runner made for the step. Throws a plain Error that lists what is missing. */
export function parseWorkflowRun(env: Readonly<Record<string, string | undefined>>): WorkflowRun {
  const missing: string[] = [];
  const get = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") missing.push(name);
    return value ?? "";
  };
  const [owner = "", repository = ""] = get("GITHUB_REPOSITORY").split("/");
  const runId = Number(get("GITHUB_RUN_ID"));
  const run: WorkflowRun = {
    owner,
    repository,
    sha: get("GITHUB_SHA"),
    ref: get("GITHUB_REF"),
    eventName: get("GITHUB_EVENT_NAME"),
    event: readEvent(env.GITHUB_EVENT_PATH),
    actor: get("GITHUB_ACTOR"),
    workflow: get("GITHUB_WORKFLOW"),
    job: get("GITHUB_JOB"),
    runId,
    runAttempt: Number(get("GITHUB_RUN_ATTEMPT")),
    workspace: get("GITHUB_WORKSPACE"),
    temp: get("RUNNER_TEMP"),
    apiUrl: get("GITHUB_API_URL"),
    url: `${get("GITHUB_SERVER_URL")}/${owner}/${repository}/actions/runs/${runId}`,
  };
  if (missing.length > 0) throw new Error(`not inside a workflow run: ${missing.join(", ")} not set`);
  return run;
}

function readEvent(path: string | undefined): Record<string, unknown> {
  if (path === undefined || path === "") return {};
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
}
