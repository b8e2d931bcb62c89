import { claimLine } from "../kit/log-text.ts";
import { isOnMainLine } from "./main-line.ts";
import type { OwnRun } from "./own-run.ts";
import type { Rest } from "./rest.ts";
import { type RestRun, withoutRef } from "./rest-run.ts";

interface RestJob {
  readonly id: number;
  readonly name: string;
  readonly conclusion: string | null;
}

/** What an earlier run is said to have made, and the name of the job that makes such things. */
export interface Claimed {
  readonly name: string;
  readonly job: string;
}

/** The commit and the digests that a job of the run said it gave the result, one for each attempt; or why none counts. */
export type Proof =
  | { readonly commit: string; readonly digests: ReadonlySet<string> }
  | { readonly doubt: string };

/**
 * Whether a run can have made a result that counts here: a push or a dispatch of this workflow, on a commit that was the end of
 * the default branch, whose job says in its own log that it made it. Of the run itself nothing is asked but that: it may have
 * failed later, or still wait for somebody. An artifact is proof of nothing, since every job of its run can write one.
 */
export async function proofOf(runId: number, claimed: Claimed, own: OwnRun, rest: Rest): Promise<Proof> {
  const run = await rest.json<RestRun>(`/actions/runs/${runId}`);
  const doubt = doubtAbout(run, own);
  if (doubt !== undefined) return { doubt };
  if (!(await isOnMainLine(run.head_sha, rest))) {
    return { doubt: `its commit ${run.head_sha.slice(0, 7)} was never the end of the default branch` };
  }
  const jobs = (await jobsOf(runId, rest)).filter(
    ({ name }) => name === claimed.job || name.endsWith(` / ${claimed.job}`),
  );
  const succeeded = jobs.filter(({ conclusion }) => conclusion === "success");
  if (succeeded.length === 0) {
    const what = jobs.length === 0 ? "has no job" : "did not end well in its job";
    return { doubt: `it ${what} "${claimed.job}"` };
  }
  const logs = await Promise.all(succeeded.map(({ id }) => rest.text(`/actions/jobs/${id}/logs`)));
  const digests = new Set(logs.flatMap((log) => digestsIn(log, claimed.name)));
  if (digests.size === 0)
    return { doubt: `the log of its job "${claimed.job}" does not say that it made it` };
  return { commit: run.head_sha, digests };
}

function doubtAbout(run: RestRun, own: OwnRun): string | undefined {
  if (run.head_repository?.id !== run.repository.id) return "it is of another repository";
  if (run.event !== "push" && run.event !== "workflow_dispatch") return `it was started by ${run.event}`;
  const path = withoutRef(run.path);
  if (own.path !== undefined && path !== own.path) return `it is of the workflow ${path}, not ${own.path}`;
  const called = (run.referenced_workflows ?? []).map((one) => withoutRef(one.path));
  const missing = own.called.find((one) => !called.includes(one));
  return missing === undefined ? undefined : `it did not call ${missing}`;
}

async function jobsOf(runId: number, rest: Rest): Promise<readonly RestJob[]> {
  const jobs: RestJob[] = [];
  for (let page = 1; ; page++) {
    const path = `/actions/runs/${runId}/jobs?filter=all&per_page=100&page=${page}`;
    const { jobs: some } = await rest.json<{ readonly jobs: readonly RestJob[] }>(path);
    jobs.push(...some);
    if (some.length < 100) return jobs;
  }
}

/** GitHub puts the time before each line of a log, and nothing else. */
function digestsIn(log: string, name: string): string[] {
  const start = claimLine(name, "");
  return log.split(/\r?\n/).flatMap((line) => {
    const text = /^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z (.*)$/.exec(line)?.[1] ?? "";
    const digest = text.startsWith(start) ? text.slice(start.length) : "";
    return /^[0-9a-f]{64}$/.test(digest) ? [digest] : [];
  });
}
