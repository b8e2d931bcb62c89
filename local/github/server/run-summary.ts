import type { Conclusion } from "../run-events.ts";
import type { Hub } from "./hub.ts";
import { pageUrl } from "./identity.ts";
import type { RunRecord, RunState } from "./state/runs.ts";

/** A run in short, for scripts. */
export interface RunSummary {
  readonly id: number;
  readonly attempt: number;
  readonly number: number;
  readonly workflow: string;
  readonly path: string;
  readonly event: string;
  readonly ref: string;
  /** Branch or tag name; for a pull request the one of its head. */
  readonly branch: string;
  /** The commit that was pushed or dispatched; for a pull request its head, not the merge. */
  readonly sha: string;
  readonly title: string;
  readonly actor: string;
  readonly pullRequest: number | undefined;
  readonly state: RunState;
  /** Of a run that ended. */
  readonly conclusion: Conclusion | undefined;
  readonly createdAt: string;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  /** Address of its page, and path of its summary in Markdown. */
  readonly url: string;
  readonly summaryFile: string;
}

export function summarize(
  { repository, actions }: Pick<Hub, "repository" | "actions">,
  record: RunRecord,
): RunSummary {
  const { head } = record;
  const { id, attempt, number, workflow, path, event, ref, title, actor } = head;
  return {
    id,
    attempt,
    number,
    workflow,
    path,
    event,
    ref,
    branch: record.headBranch,
    sha: record.headSha,
    title,
    actor,
    pullRequest: record.pullRequest,
    state: actions.runs.state(id),
    conclusion: record.conclusion,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    url: pageUrl(repository.identity, `/actions/runs/${id}`),
    summaryFile: `${actions.runs.directory(id)}/summary.md`,
  };
}
