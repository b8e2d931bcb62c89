import { duration } from "../../display/text.ts";
import type { Answer } from "../http/answer.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import type { RunRecord } from "../state/runs.ts";
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";
import { livePanel } from "./live-panel.ts";
import { stateMark } from "./state-mark.ts";
import type { Dispatchable } from "./workflow-page.ts";

const runsShown = 50;
const deploymentsShown = 10;

/** The repository for people: what is live, what one can start, its runs, its pull requests, its deployments. */
export function repositoryPage(hub: Hub, workflows: readonly Dispatchable[]): Answer {
  const { identity } = hub.repository;
  const { runs } = hub.actions;
  const records = runs.list();
  const body = html`
<h1>${identity.owner}/${identity.repository}</h1>
<p class="facts"><span>git remote:</span><code>${identity.gitDirectory}</code></p>
${livePanel(hub)}
${startRow(hub, workflows)}
<h2>Runs</h2>
${
  records.length === 0
    ? html`<p class="soft">None yet. A push of <code>${identity.defaultBranch}</code> starts one.</p>`
    : html`<div class="card">${records.slice(0, runsShown).map((record) => runRow(hub, record))}</div>`
}
${pullRows(hub)}
${deploymentRows(hub)}`;
  const live = records.some(({ head }) => ["queued", "waiting", "running"].includes(runs.state(head.id)));
  return page(identity, { title: "Runs", live, body });
}

function runRow(hub: Hub, record: RunRecord): Html {
  const { identity } = hub.repository;
  const { runs } = hub.actions;
  const { head } = record;
  const state = runs.state(head.id);
  const shown = state === "ended" ? (record.conclusion ?? "failure") : state;
  const seconds =
    record.endedAt === undefined
      ? undefined
      : (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000;
  return html`<div class="row">${stateMark(shown)}<span class="grow"><a href="${pageUrl(identity, `/actions/runs/${head.id}`)}"><b>${head.title}</b></a><br>
<span class="soft">${head.workflow} #${head.number} · ${head.event} by ${head.actor} · ${record.headBranch} · <code>${record.headSha.slice(0, 7)}</code></span></span>
<span class="time">${when(record.startedAt)}${seconds === undefined ? "" : ` · ${duration(seconds)}`}</span></div>`;
}

/** Each workflow that may be started by hand; where it has operations to choose from, each of them. */
function startRow({ repository }: Hub, workflows: readonly Dispatchable[]): Html | undefined {
  if (workflows.length === 0) return undefined;
  const links = workflows.flatMap(({ file, name, inputs }) => {
    const address = pageUrl(repository.identity, `/actions/workflows/${file}`);
    const operations = inputs.operation?.type === "choice" ? inputs.operation.options : [];
    if (operations.length === 0) return [html`<a class="act" href="${address}">${name}…</a> `];
    return operations.map(
      (operation) =>
        html`<a class="act" href="${address}?operation=${encodeURIComponent(operation)}">${capitalized(operation)}…</a> `,
    );
  });
  return html`<p class="acts">${links}</p>`;
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function pullRows({ repository, pulls }: Hub): Html | undefined {
  const { identity } = repository;
  const open = pulls.list().filter(({ state }) => state === "open");
  if (open.length === 0) return undefined;
  return html`<h2>Pull requests</h2><div class="card">${open.map(
    ({ number, title, headRef }) =>
      html`<div class="row"><span class="grow"><a href="${pageUrl(identity, `/pull/${number}`)}">#${number} ${title}</a></span><span class="time">${headRef}</span></div>`,
  )}</div>`;
}

function deploymentRows({ deployments }: Hub): Html | undefined {
  const all = deployments.list();
  if (all.length === 0) return undefined;
  return html`<h2>Deployments</h2><div class="card">${all.slice(0, deploymentsShown).map((deployment) => {
    const status = deployment.statuses.at(-1);
    return html`<div class="row">${stateMark(status?.state ?? "queued")}<span class="grow"><b>${deployment.environment}</b> <code>${deployment.sha.slice(0, 7)}</code> ${status?.description ?? ""}</span><span class="time">${when(deployment.createdAt)}</span></div>`;
  })}</div>`;
}

/** `2026-11-23 16:05 UTC`. */
function when(date: string): string {
  return new Date(date).toISOString().slice(0, 16).replace("T", " ").concat(" UTC");
}
