import { type Answer, ApiError } from "../http/answer.ts";
import type { IncomingRequest } from "../http/http-server.ts";
import type { Hub } from "../hub.ts";
import { fullName, pageUrl } from "../identity.ts";
import { answerAct } from "./acts.ts";
import { commitPage, comparePage } from "./change-pages.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";
import { pullPage } from "./pull-page.ts";
import { repositoryPage } from "./repository-page.ts";
import { runPage } from "./run-page.ts";
import { dispatchableWorkflows, workflowPage } from "./workflow-page.ts";

/** The pages for people. */
export async function answerPage(hub: Hub, request: IncomingRequest): Promise<Answer> {
  const { identity } = hub.repository;
  const { runs } = hub.actions;
  const { pulls } = hub;
  if (request.path === "/") return { status: 302, headers: { location: pageUrl(identity) } };
  const path = decodeURIComponent(request.path).replace(/\/$/, "");
  const home = `/${fullName(identity)}`;
  const rest = path.toLowerCase().startsWith(`${home}/`) ? path.slice(home.length) : "";
  if (request.method === "POST") return answerAct(hub, rest, request);
  if (request.method !== "GET") throw new ApiError(405, `${request.method} is not possible here`);
  const [, workflow] = /^\/actions\/workflows\/([^/]+)$/.exec(rest) ?? [];
  const form = workflow === undefined ? undefined : await workflowPage(hub, workflow, request.query);
  if (form !== undefined) return form;
  if (path.toLowerCase() === home || /^\/(actions(\/workflows\/[^/]+)?|deployments(\/[^/]+)?)$/.test(rest)) {
    return repositoryPage(hub, await dispatchableWorkflows(hub));
  }
  const [, run, attempt, job] =
    /^\/actions\/runs\/(\d+)(?:(?:\/attempts\/(\d+))?\/log\/(.+))?$/.exec(rest) ?? [];
  const record = run === undefined ? undefined : runs.get(Number(run));
  if (record !== undefined && job === undefined) return runPage(hub, record);
  if (record !== undefined && job !== undefined) {
    return logText(hub.actions, record.head.id, job, Number(attempt ?? record.head.attempt));
  }
  const pull = pulls.get(Number(/^\/pull\/(\d+)$/.exec(rest)?.[1]));
  if (pull !== undefined) return pullPage(hub, pull);
  const [, commit, base, head] = /^\/(?:commit\/([^/]+)|compare\/([^/]+?)\.\.\.([^/]+))$/.exec(rest) ?? [];
  const change =
    commit !== undefined
      ? await commitPage(hub, commit)
      : base !== undefined && head !== undefined
        ? await comparePage(hub, base, head)
        : undefined;
  if (change !== undefined) return change;
  const body = html`<h1>Nothing here</h1><p><code>${path}</code> is no page of this GitHub. <a href="${pageUrl(identity)}">See the runs</a>.</p>`;
  return page(identity, { title: "Not found", live: false, status: 404, body });
}

/** The log of a job as GitHub's log archive has it: each line with its time. */
function logText({ runs }: Hub["actions"], id: number, job: string, attempt: number): Answer {
  const lines = runs
    .events(id, attempt)
    .flatMap((event) => (event.type === "line" && event.job === job ? [`${event.at} ${event.text}\n`] : []));
  return { status: 200, text: lines.join(""), headers: { "content-type": "text/plain; charset=utf-8" } };
}
