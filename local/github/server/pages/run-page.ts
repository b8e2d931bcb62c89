import { logText } from "../../display/log-line.ts";
import type { AnnotationView, JobView, RunView, StepView } from "../../display/run-view.ts";
import { duration, shortName } from "../../display/text.ts";
import { lastWord } from "../../display/verdict.ts";
import type { Answer } from "../http/answer.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import type { RunRecord, RunState } from "../state/runs.ts";
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";
import { markdown } from "./markdown.ts";
import { stateMark } from "./state-mark.ts";

const words: Readonly<Record<string, string>> = {
  success: "Succeeded",
  failure: "Failed",
  timed_out: "Timed out",
  cancelled: "Cancelled",
  skipped: "Skipped",
  interrupted: "Interrupted: the stack stopped",
  queued: "Queued",
  waiting: "Waiting for its concurrency group",
  running: "Running",
  review: "Waiting for somebody's review",
};

/** A run for people: how it stands or ended, what its jobs say of themselves, its jobs, steps and logs. */
export function runPage(hub: Hub, record: RunRecord): Answer {
  const { identity } = hub.repository;
  const { runs } = hub.actions;
  const { head } = record;
  const state = runs.state(head.id);
  const view = runs.view(head.id);
  const isReviewed = hub.actions.reviews.pending(head.id).length > 0;
  const shown = isReviewed ? "review" : shownState(state, record);
  const title = `${shown === "success" ? "✓" : shown === "failure" ? "✗" : "·"} ${head.workflow} #${head.number}`;
  const body = html`
<p class="soft"><a href="${pageUrl(identity)}">Runs</a> › ${head.workflow} #${head.number}</p>
<h1>${stateMark(shown)} ${head.title}</h1>
<p class="facts"><b class="${shown}">${words[shown] ?? shown}</b>${timeOf(view)}<span>${head.event} by ${head.actor}</span>
<span>${record.headBranch}</span><code>${record.headSha.slice(0, 7)}</code>${attempt(head.attempt)}${pullLink(hub.repository, record)}</p>
${called(record)}
${actForms(hub, record, state)}
${view === undefined ? undefined : sections(hub, record, view)}`;
  return page(identity, { title, live: state !== "ended" && state !== "interrupted", body });
}

/** The workflows of this repository and of others that the run calls. */
function called({ referencedWorkflows = [] }: RunRecord): Html | undefined {
  if (referencedWorkflows.length === 0) return undefined;
  return html`<p class="soft">Calls ${referencedWorkflows.map(({ path }) => html`<code>${path.replace(/@([0-9a-f]{7})[0-9a-f]{33}$/, "@$1")}</code> `)}</p>`;
}

function sections(hub: Hub, record: RunRecord, view: RunView): Html {
  const annotations = view.jobs.flatMap((job) => job.annotations.map((annotation) => ({ job, annotation })));
  const notes = annotations.map(({ job, annotation }) => note(job, annotation));
  const verdict = lastWord(view);
  const all = view.jobs.flatMap((job) => job.summaries);
  const first = verdict === undefined ? -1 : all.lastIndexOf(verdict);
  const summaries = [...all.slice(first, first + 1), ...all.filter((_, index) => index !== first)].map(
    (text) => html`<article>${markdown(text)}</article>`,
  );
  const artifacts = hub.actions.artifacts.ofRun(record.head.id);
  return html`
${notes.length > 0 ? html`<h2>Annotations</h2>${notes}` : undefined}
${summaries.length > 0 ? html`<h2 id="summary">Summary</h2>${summaries}` : undefined}
<h2>Jobs</h2>
${view.jobs.length === 0 ? html`<p class="soft">None yet.</p>` : view.jobs.map((job) => jobCard(hub, record, job))}
${
  artifacts.length === 0
    ? undefined
    : html`<h2>Artifacts</h2><div class="card">${artifacts.map(
        (artifact) =>
          html`<div class="row"><span class="grow">${artifact.name}</span><span class="time">${kilobytes(artifact.bytes)}</span></div>`,
      )}</div>`
}`;
}

/** What one can do about the run: cancel it, agree to what it waits for, or run it again. */
function actForms(
  { repository, actions }: Hub,
  { head, conclusion }: RunRecord,
  state: RunState,
): Html | undefined {
  const form = (act: string, fields: Html, note = "", question?: string): Html =>
    html`<form method="post" action="${pageUrl(repository.identity, `/actions/runs/${head.id}/${act}`)}"${question === undefined ? undefined : html` data-confirm="${question}"`}>${fields}<span class="soft">${note}</span></form>`;
  const name = `${head.workflow} #${head.number}`;
  if (state === "ended") {
    const again = `It does once more what it did, with its commit ${head.sha.slice(0, 7)}; what is older than what is live is refused.`;
    const failed = form(
      "rerun-failed-jobs",
      html`<button class="act">Run failed jobs again</button>`,
      "and what needs them; the others keep their results",
      `Run the failed jobs of ${name} again? ${again}`,
    );
    const all = form(
      "rerun",
      html`<button class="act">Run again</button>`,
      "on the same commit",
      `Run ${name} again? ${again}`,
    );
    return html`<div class="acts">${conclusion === "success" ? undefined : failed}${all}</div>`;
  }
  if (state === "interrupted") return undefined;
  const reviews = actions.reviews.pending(head.id).map(({ environment }) =>
    form(
      "review",
      html`<input type="hidden" name="environment" value="${environment}"><button class="act" name="state" value="approved">Let it go on to ${environment}</button>
<button class="act" name="state" value="rejected">Reject</button>`,
      "what is live stays until it goes on",
      `Let it go on to ${environment}, or reject it, as the button says? What goes on is live there once it is verified.`,
    ),
  );
  const cancel = form(
    "cancel",
    html`<button class="act">Cancel</button>`,
    "what it has begun is put back",
    `Cancel ${name}? What was live stays live: what the run has begun is put back.`,
  );
  return html`<div class="acts">${reviews}${cancel}</div>`;
}

function shownState(state: RunState, record: RunRecord): string {
  return state === "ended" ? (record.conclusion ?? "failure") : state;
}

function timeOf(view: RunView | undefined): Html | undefined {
  return view?.seconds === undefined ? undefined : html`<span>${duration(view.seconds)}</span>`;
}

function attempt(number: number): Html | undefined {
  return number === 1 ? undefined : html`<span>attempt ${number}</span>`;
}

function pullLink({ identity }: Hub["repository"], { pullRequest }: RunRecord): Html | undefined {
  if (pullRequest === undefined) return undefined;
  return html`<a href="${pageUrl(identity, `/pull/${pullRequest}`)}">#${pullRequest}</a>`;
}

function note(job: JobView, { level, title, message, file, line }: AnnotationView): Html {
  const place = file === undefined ? "" : ` · ${file}${line === undefined ? "" : `:${line}`}`;
  return html`<p class="note ${level}"><b>${title || level} · ${job.name}${place}</b><span>${message}</span></p>`;
}

function jobCard(hub: Hub, record: RunRecord, job: JobView): Html {
  const state = job.conclusion ?? job.state;
  const open = state === "running" || state === "failure" || state === "timed_out";
  const log = pageUrl(
    hub.repository.identity,
    `/actions/runs/${record.head.id}/log/${encodeURIComponent(job.id)}`,
  );
  return html`<details class="card" id="${job.id}"${open ? html` open` : undefined}><summary>${stateMark(state)}<span class="grow">${job.name}</span>${
    job.waitingFor === undefined ? undefined : html`<span class="time">${job.waitingFor}</span>`
  }<span class="time">${job.seconds === undefined || state === "skipped" ? "" : duration(job.seconds)}</span></summary>
${job.steps.map((step, index) => stepDetails(`${job.id}-${index}`, step))}
<div class="row"><a href="${log}">The whole log</a></div></details>`;
}

function stepDetails(id: string, step: StepView): Html {
  const state = step.conclusion ?? step.state;
  // What runs is read as it comes.
  const open = state === "running" || state === "failure" || state === "timed_out";
  const lines = step.tail.map(logText).join("\n");
  const missing = step.lineCount - step.tail.length;
  const log =
    step.lineCount === 0
      ? html`<pre class="soft">No output.</pre>`
      : html`<pre>${missing > 0 ? `… ${missing} lines before\n` : ""}${lines}</pre>`;
  return html`<details class="step" id="${id}"${open ? html` open` : undefined}><summary>${stateMark(state)}<span class="grow">${shortName(step.name)}</span><span class="time">${step.seconds === undefined || state === "skipped" ? "" : duration(step.seconds)}</span></summary>${log}</details>`;
}

function kilobytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
