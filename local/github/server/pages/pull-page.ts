import type { Answer } from "../http/answer.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import type { PullRequest } from "../state/pull-requests.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";
import { markdown } from "./markdown.ts";
import { stateMark } from "./state-mark.ts";

/** A pull request for people: its state, its runs and its comments. */
export function pullPage(hub: Hub, pull: PullRequest): Answer {
  const { identity } = hub.repository;
  const { runs } = hub.actions;
  const { comments } = hub;
  const state = pull.mergedAt !== undefined ? "merged" : pull.state;
  const own = runs.list().filter(({ pullRequest }) => pullRequest === pull.number);
  const rows = own.map((record) => {
    const current = runs.state(record.head.id);
    const shown = current === "ended" ? (record.conclusion ?? "failure") : current;
    return html`<div class="row">${stateMark(shown)}<span class="grow"><a href="${pageUrl(identity, `/actions/runs/${record.head.id}`)}">${record.head.workflow} #${record.head.number}</a></span><code>${record.headSha.slice(0, 7)}</code></div>`;
  });
  const said = comments
    .of(pull.number)
    .map(
      ({ author, body, id }) =>
        html`<p class="soft" id="issuecomment-${id}">${author}</p><article>${markdown(body)}</article>`,
    );
  const body = html`
<p class="soft"><a href="${pageUrl(identity)}">Runs</a> › #${pull.number}</p>
<h1>${pull.title}</h1>
<p class="facts"><b class="${state === "open" ? "success" : "queued"}">${state}</b><span>${pull.headRef} → ${pull.baseRef}</span><code>${pull.headSha.slice(0, 7)}</code></p>
${rows.length > 0 ? html`<h2>Runs</h2><div class="card">${rows}</div>` : undefined}
<h2>Comments</h2>
${said.length > 0 ? said : html`<p class="soft">None yet.</p>`}`;
  const live = own.some(({ head }) => !["ended", "interrupted"].includes(runs.state(head.id)));
  return page(identity, { title: `#${pull.number} ${pull.title}`, live, body });
}
