import type { Answer } from "../http/answer.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import { html } from "./html.ts";
import { page } from "./layout.ts";

const commitsShown = 100;
const diffShown = 60_000;

/** A commit for people: what it says and what it changes. undefined where the repository has none of that name. */
export async function commitPage(hub: Hub, name: string): Promise<Answer | undefined> {
  const { identity, history, git } = hub.repository;
  const sha = await history.resolve(name);
  if (sha === undefined) return undefined;
  const [{ author, message }, changes] = await Promise.all([
    history.commit(sha),
    git.run(["show", "--format=", "--stat", "--patch", "--end-of-options", sha]),
  ]);
  const [subject = "", ...rest] = message.trim().split("\n");
  const said = rest.join("\n").trim();
  const body = html`
<p class="soft"><a href="${pageUrl(identity)}">Runs</a> › commit</p>
<h1>${subject}</h1>
<p class="facts"><span>${author.name}</span><span>${author.date}</span><code>${sha}</code></p>
${said === "" ? undefined : html`<pre>${said}</pre>`}
<pre>${clipped(changes.trim())}</pre>`;
  return page(identity, { title: subject, live: false, body });
}

/** What the second commit has that the first has not. undefined where the repository lacks one of them. */
export async function comparePage(hub: Hub, base: string, head: string): Promise<Answer | undefined> {
  const { identity, history, git } = hub.repository;
  const [from, to] = await Promise.all([history.resolve(base), history.resolve(head)]);
  if (from === undefined || to === undefined) return undefined;
  const [commits, changes] = await Promise.all([
    history.commits(`${from}..${to}`, { limit: commitsShown }),
    git.run(["diff", "--stat", "--patch", "--end-of-options", `${from}...${to}`]),
  ]);
  const title = `${base.slice(0, 7)}...${head.slice(0, 7)}`;
  const body = html`
<p class="soft"><a href="${pageUrl(identity)}">Runs</a> › compare</p>
<h1>${title}</h1>
<h2>Commits</h2>
${
  commits.length === 0
    ? html`<p class="soft">None: the second has nothing that the first has not.</p>`
    : html`<div class="card">${commits
        .slice(0, commitsShown)
        .map(
          ({ sha, message, author }) =>
            html`<div class="row"><span class="grow"><a href="${pageUrl(identity, `/commit/${sha}`)}">${message.split("\n")[0]}</a></span><span class="time">${author.name} · <code>${sha.slice(0, 7)}</code></span></div>`,
        )}</div>`
}
<h2>Changes</h2>
<pre>${clipped(changes.trim()) || "None."}</pre>`;
  return page(identity, { title, live: false, body });
}

function clipped(text: string): string {
  return text.length <= diffShown ? text : `${text.slice(0, diffShown)}\n… and more: see it with git`;
}
