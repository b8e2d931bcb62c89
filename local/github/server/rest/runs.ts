import type { KeptJobs } from "../../runner-services.ts";
import { keptJobs } from "../actions/kept-jobs.ts";
import { workflowFilesAt } from "../events/workflow-files.ts";
import { ApiError, accepted, created, notFound, ok } from "../http/answer.ts";
import { paged } from "../http/pagination.ts";
import { type RestRequest, type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import { placeOfJob } from "../shapes/job-number.ts";
import { jobShape, outcomeOf, runShape, workflowId } from "../shapes/run.ts";
import type { RunRecord } from "../state/runs.ts";

/** https://docs.github.com/rest/actions/workflow-runs and workflow-jobs */
export function runRoutes(hub: Hub): Route[] {
  const { identity } = hub.repository;
  const { runs, engine } = hub.actions;
  const shape = (record: RunRecord) => ({
    ...runShape(identity, record, runs.state(record.head.id)),
    ...outcome(hub.actions, record),
  });

  const wanted = ({ params }: RestRequest): RunRecord => {
    const found = runs.get(Number(params.id));
    if (found === undefined) throw notFound();
    return found;
  };

  const listed = (request: RestRequest, records: readonly RunRecord[]) =>
    paged(request, records.filter(runFilter(hub, request.query)), (page, total) => ({
      total_count: total,
      workflow_runs: page.map(shape),
    }));

  /** The run as it was in one of its attempts, and that attempt's jobs. */
  const attemptOf = (record: RunRecord, attempt: number) => {
    const { id, attempt: latest } = record.head;
    const view = attempt === latest ? runs.view(id) : runs.earlierView(id, attempt);
    return { record: { ...record, head: { ...record.head, attempt } }, jobs: view?.jobs ?? [] };
  };

  /** Those of the latest attempt, or with `filter=all` of every one, the latest first. */
  const jobsOf = (record: RunRecord, filter: string | null) => {
    const { attempt } = record.head;
    const attempts =
      filter === "all" ? Array.from({ length: attempt }, (_, index) => attempt - index) : [attempt];
    return attempts
      .map((number) => attemptOf(record, number))
      .flatMap(({ record: of, jobs }) => jobs.map((job) => jobShape(identity, of, job)));
  };

  const wantedJob = ({ params }: RestRequest) => {
    const place = placeOfJob(Number(params.id));
    const found = runs.get(place.run);
    if (found === undefined) throw notFound();
    const { record, jobs } = attemptOf(found, place.attempt);
    const job = jobs.find(({ index }) => index === place.index);
    if (job === undefined) throw notFound();
    return { record, job };
  };

  const cancel = (request: RestRequest, force: boolean) => {
    const { head } = wanted(request);
    if (!engine.cancel(head.id, force))
      throw new ApiError(409, "Cannot cancel a workflow run that is completed.");
    return accepted();
  };

  return [
    route("GET /actions/runs", "actions:read", (request) => listed(request, runs.list())),

    route("GET /actions/workflows/:workflow/runs", "actions:read", (request) => {
      const { workflow = "" } = request.params;
      return listed(
        request,
        runs
          .list()
          .filter(
            ({ head: { path } }) =>
              String(workflowId(path)) === workflow || path.split("/").at(-1) === workflow,
          ),
      );
    }),

    route("GET /actions/runs/:id", "actions:read", (request) => ok(shape(wanted(request)))),

    route("GET /actions/runs/:id/jobs", "actions:read", (request) =>
      paged(request, jobsOf(wanted(request), request.query.get("filter")), (page, total) => ({
        total_count: total,
        jobs: page,
      })),
    ),

    route("GET /actions/jobs/:id", "actions:read", (request) => {
      const { record, job } = wantedJob(request);
      return ok(jobShape(identity, record, job));
    }),

    route("GET /actions/jobs/:id/logs", "actions:read", (request) => {
      const { record, job } = wantedJob(request);
      const { id, attempt } = record.head;
      // The log is there once the job is over.
      if (job.state !== "ended") throw notFound();
      const location = pageUrl(
        identity,
        `/actions/runs/${id}/attempts/${attempt}/log/${encodeURIComponent(job.id)}`,
      );
      return { status: 302, headers: { location } };
    }),

    route("POST /actions/runs/:id/cancel", "actions:write", (request) => cancel(request, false)),
    route("POST /actions/runs/:id/force-cancel", "actions:write", (request) => cancel(request, true)),

    route("POST /actions/runs/:id/rerun", "actions:write", async (request) => {
      await rerun(hub, wanted(request));
      return created({});
    }),

    route("POST /actions/runs/:id/rerun-failed-jobs", "actions:write", async (request) => {
      const record = wanted(request);
      const kept = keptJobs(runs.events(record.head.id));
      const hasFailed = runs.view(record.head.id)?.jobs.some(({ conclusion }) => conclusion !== "success");
      if (!hasFailed) throw new ApiError(403, "This workflow run has no failed jobs to run again");
      await rerun(hub, record, kept);
      return created({});
    }),

    route("POST /actions/jobs/:id/rerun", "actions:write", async (request) => {
      const { record, job } = wantedJob(request);
      await rerun(hub, record, keptJobs(runs.events(record.head.id), job.id));
      return created({});
    }),
  ];
}

/** Runs a finished run's commit again, but for the jobs that are kept. Throws 403 while it runs, 422 when the workflow file is no longer to be read. */
export async function rerun(
  hub: Pick<Hub, "repository" | "actions">,
  record: RunRecord,
  kept?: KeptJobs,
): Promise<RunRecord> {
  const { head } = record;
  if (hub.actions.engine.isRunning(head.id)) {
    throw new ApiError(403, "This workflow run cannot be run again: it is still running");
  }
  const file = (await workflowFilesAt(hub.repository.git, head.sha)).find(({ path }) => path === head.path);
  if (file === undefined) throw new ApiError(422, `commit ${head.sha} has no workflow "${head.path}"`);
  return hub.actions.engine.rerun(record, file, kept);
}

/** A run waits as long as a reviewer of one of its environments has not answered. */
function outcome({ runs, reviews }: Hub["actions"], record: RunRecord) {
  const { id } = record.head;
  if (reviews.pending(id).length > 0) return { status: "waiting", conclusion: null } as const;
  return outcomeOf(record, runs.state(id));
}

/** The list's filters; `status` means a status or a conclusion, as on GitHub. */
function runFilter(hub: Hub, query: URLSearchParams): (record: RunRecord) => boolean {
  const asked = (name: string): string | undefined => query.get(name) ?? undefined;
  const [branch, event, sha, actor, status] = ["branch", "event", "head_sha", "actor", "status"].map(asked);
  return (record) => {
    const { status: current, conclusion } = outcome(hub.actions, record);
    return (
      (branch === undefined || record.headBranch === branch) &&
      (event === undefined || record.head.event === event) &&
      (sha === undefined || record.headSha === sha) &&
      (actor === undefined || record.head.actor === actor) &&
      (status === undefined || current === status || conclusion === status)
    );
  };
}
