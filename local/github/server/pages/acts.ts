import { keptJobs } from "../actions/kept-jobs.ts";
import { DispatchRefused } from "../events/dispatches.ts";
import { type Answer, ApiError, notFound } from "../http/answer.ts";
import type { IncomingRequest } from "../http/http-server.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import { rerun } from "../rest/runs.ts";
import type { RunRecord } from "../state/runs.ts";

/**
 * What somebody did by a button of a page, `rest` being its path inside the repository. Only the pages' own forms may do that: a
 * browser names the page's origin with each of them.
 */
export async function answerAct(hub: Hub, rest: string, request: IncomingRequest): Promise<Answer> {
  if (request.headers.origin !== request.origin) {
    throw new ApiError(403, "Only the pages of this GitHub may do this; programs use its REST API");
  }
  const form = new URLSearchParams(request.body.toString());
  const [, id, act] = /^\/actions\/runs\/(\d+)\/(cancel|rerun-failed-jobs|rerun|review)$/.exec(rest) ?? [];
  const record = id === undefined ? undefined : hub.actions.runs.get(Number(id));
  if (record !== undefined && act !== undefined) return shown(hub, await actOn(hub, record, act, form));
  const [, workflow] = /^\/actions\/workflows\/([^/]+)$/.exec(rest) ?? [];
  if (workflow !== undefined) return shown(hub, await dispatched(hub, workflow, form));
  throw notFound();
}

async function actOn(hub: Hub, record: RunRecord, act: string, form: URLSearchParams): Promise<RunRecord> {
  const { engine, reviews } = hub.actions;
  const { actor } = hub.repository.identity;
  const { id } = record.head;
  if (act === "rerun-failed-jobs") {
    return rerun(hub, record, keptJobs(hub.actions.runs.events(record.head.id)));
  }
  if (act === "rerun") return rerun(hub, record);
  if (act === "cancel") {
    if (!engine.cancel(id, form.has("force"))) throw new ApiError(409, "The run has ended already");
    return record;
  }
  const state = form.get("state") === "approved" ? "approved" : "rejected";
  const pending = reviews.pending(id).filter(({ environment }) => environment === form.get("environment"));
  if (pending.length === 0) throw new ApiError(422, "The run waits for no review any more");
  for (const { environment } of pending) {
    reviews.decide(id, { environment, state, comment: form.get("comment") ?? "", by: actor });
  }
  return record;
}

async function dispatched(hub: Hub, workflow: string, form: URLSearchParams): Promise<RunRecord> {
  const { identity } = hub.repository;
  const inputs = Object.fromEntries(
    [...form]
      .filter(([name]) => name.startsWith("input."))
      .map(([name, value]) => [name.slice("input.".length), value]),
  );
  try {
    return await hub.actions.dispatch({
      workflow,
      ref: identity.defaultBranch,
      inputs,
      actor: identity.actor,
    });
  } catch (error) {
    if (error instanceof DispatchRefused) throw new ApiError(error.status, error.message);
    throw error;
  }
}

/** The run's page, as an address of its own: a reload does nothing again. */
function shown({ repository }: Hub, { head }: RunRecord): Answer {
  return { status: 303, headers: { location: pageUrl(repository.identity, `/actions/runs/${head.id}`) } };
}
