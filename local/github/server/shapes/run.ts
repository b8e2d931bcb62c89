import { createHash } from "node:crypto";
import type { JobView } from "../../display/run-view.ts";
import { apiUrl, forkOf, fullName, type Identity, noreplyAddress, pageUrl } from "../identity.ts";
import type { RunRecord, RunState } from "../state/runs.ts";
import { utc } from "./commit.ts";
import { jobNumber } from "./job-number.ts";
import { minimalRepository } from "./repository.ts";
import { nodeId, userShape } from "./user.ts";

const statuses = {
  queued: "queued",
  waiting: "pending",
  running: "in_progress",
  ended: "completed",
  interrupted: "completed",
} as const satisfies Record<RunState, string>;

/** The number that stands for a workflow file: it has to be the same after a restart, and nothing else. */
export function workflowId(path: string): number {
  return Number.parseInt(createHash("sha256").update(path).digest("hex").slice(0, 8), 16);
}

/** Status and conclusion as the REST API has them; a run that the stack left behind counts as cancelled. */
export function outcomeOf(record: RunRecord, state: RunState) {
  const conclusion =
    state === "ended" ? (record.conclusion ?? null) : state === "interrupted" ? "cancelled" : null;
  return { status: statuses[state], conclusion } as const;
}

export function runShape(identity: Identity, record: RunRecord, state: RunState) {
  const { head } = record;
  const url = apiUrl(identity, `/actions/runs/${head.id}`);
  const repository = minimalRepository(identity);
  const previous = head.attempt > 1 ? `${url}/attempts/${head.attempt - 1}` : null;
  const author = { name: identity.actor, email: noreplyAddress(identity.actor) };
  const subject = head.title;
  return {
    id: head.id,
    name: head.workflow,
    node_id: nodeId("WorkflowRun", head.id),
    check_suite_id: head.id,
    check_suite_node_id: nodeId("CheckSuite", head.id),
    head_branch: record.headBranch,
    head_sha: record.headSha,
    path: head.path,
    run_number: head.number,
    run_attempt: head.attempt,
    event: head.event,
    display_title: subject,
    ...outcomeOf(record, state),
    workflow_id: workflowId(head.path),
    url,
    html_url: pageUrl(identity, `/actions/runs/${head.id}`),
    // As on GitHub, the run of a fork's pull request does not name it.
    pull_requests:
      record.pullRequest === undefined || record.fork !== undefined
        ? []
        : [pullReference(identity, record, record.pullRequest)],
    created_at: utc(record.createdAt),
    updated_at: utc(record.endedAt ?? record.startedAt),
    run_started_at: utc(record.startedAt),
    actor: userShape(identity, head.actor),
    triggering_actor: userShape(identity, head.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: apiUrl(identity, `/check-suites/${head.id}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: previous,
    workflow_url: apiUrl(identity, `/actions/workflows/${workflowId(head.path)}`),
    referenced_workflows: [...(record.referencedWorkflows ?? [])],
    head_commit: {
      id: record.headSha,
      tree_id: "",
      message: subject,
      timestamp: utc(record.createdAt),
      author,
      committer: author,
    },
    repository,
    head_repository:
      record.fork === undefined
        ? repository
        : { ...minimalRepository(forkOf(identity, record.fork)), fork: true },
  };
}

function pullReference(identity: Identity, record: RunRecord, number: number) {
  const repo = { id: identity.repositoryId, url: apiUrl(identity), name: identity.repository };
  return {
    id: number,
    number,
    url: apiUrl(identity, `/pulls/${number}`),
    head: { ref: record.headRef, sha: record.headSha, repo },
    base: { ref: record.baseRef, sha: record.head.sha, repo },
  };
}

export function jobShape(identity: Identity, record: RunRecord, job: JobView) {
  const { head } = record;
  const id = jobNumber(head, job.index);
  const time = (started: string | undefined, seconds = 0): string | null =>
    started === undefined ? null : utc(new Date(Date.parse(started) + seconds * 1000).toISOString());
  return {
    id,
    run_id: head.id,
    workflow_name: head.workflow,
    head_branch: record.headBranch,
    run_url: apiUrl(identity, `/actions/runs/${head.id}`),
    run_attempt: head.attempt,
    node_id: nodeId("CheckRun", id),
    head_sha: record.headSha,
    url: apiUrl(identity, `/actions/jobs/${id}`),
    html_url: pageUrl(identity, `/actions/runs/${head.id}#${encodeURIComponent(job.id)}`),
    status: statuses[job.state],
    conclusion: job.conclusion ?? null,
    created_at: utc(record.startedAt),
    started_at: time(job.startedAt) ?? utc(record.startedAt),
    completed_at: job.state === "ended" ? (time(job.startedAt, job.seconds) ?? utc(record.startedAt)) : null,
    name: job.name,
    steps: job.steps.map((step, index) => ({
      name: step.name,
      status: statuses[step.state],
      conclusion: step.conclusion ?? null,
      number: index + 1,
      started_at: time(step.startedAt),
      completed_at: step.state === "ended" ? time(step.startedAt, step.seconds) : null,
    })),
    check_run_url: apiUrl(identity, `/check-runs/${id}`),
    labels: [],
    runner_id: 1,
    runner_name: `${fullName(identity)} on this machine`,
    runner_group_id: 1,
    runner_group_name: "Default",
  };
}
