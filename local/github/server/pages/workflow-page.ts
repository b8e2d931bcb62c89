import type { DispatchInput } from "../../runner/workflow/triggers.ts";
import { isValid, type WorkflowFile, workflowFilesAt } from "../events/workflow-files.ts";
import type { Answer } from "../http/answer.ts";
import type { Hub } from "../hub.ts";
import { pageUrl } from "../identity.ts";
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";

/** A workflow that one may start by hand. */
export interface Dispatchable {
  readonly file: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, DispatchInput>>;
}

/** Those of the default branch, by file. */
export async function dispatchableWorkflows({ repository }: Hub): Promise<readonly Dispatchable[]> {
  const { identity, git, history } = repository;
  const commit = await history.resolve(identity.defaultBranch);
  const files = commit === undefined ? [] : await workflowFilesAt(git, commit);
  return files.flatMap((file) => dispatchable(file) ?? []);
}

function dispatchable(file: WorkflowFile): Dispatchable | undefined {
  const inputs = isValid(file) ? file.parsed.triggers.workflowDispatch?.inputs : undefined;
  if (inputs === undefined || !isValid(file)) return undefined;
  return { file: file.path.split("/").at(-1) ?? file.path, name: file.parsed.name, inputs };
}

/** The form that starts a workflow by hand, filled as the address says; undefined where there is no such workflow. */
export async function workflowPage(
  hub: Hub,
  file: string,
  given: URLSearchParams,
): Promise<Answer | undefined> {
  const { identity } = hub.repository;
  const workflow = (await dispatchableWorkflows(hub)).find((one) => one.file === file);
  if (workflow === undefined) return undefined;
  const environments = hub.settings.environments().map(({ name }) => name);
  const fields = Object.entries(workflow.inputs).map(([name, input]) =>
    field(name, input, given.get(name) ?? String(input.default ?? ""), environments),
  );
  const body = html`
<p class="soft"><a href="${pageUrl(identity)}">Runs</a> › ${workflow.name}</p>
<h1>Run ${workflow.name}</h1>
<p class="soft">Starts <code>${file}</code> of <code>${identity.defaultBranch}</code> at once, as the button on GitHub does. What is live may change: each field says what it means.</p>
<form class="fields" method="post" action="${pageUrl(identity, `/actions/workflows/${file}`)}">${fields}
<p><button class="act">Run it</button> <a class="soft" href="${pageUrl(identity)}">Do nothing</a></p></form>`;
  return page(identity, { title: `Run ${workflow.name}`, live: false, body });
}

function field(name: string, input: DispatchInput, value: string, environments: readonly string[]): Html {
  const key = `input.${name}`;
  const label = html`<b>${name}</b>${input.description !== "" ? html` <span class="soft">${input.description}</span>` : undefined}`;
  if (input.type === "boolean") {
    const checked = value === "true" ? html` checked` : undefined;
    return html`<label class="check"><input type="checkbox" name="${key}" value="true"${checked}><span>${label}</span></label>`;
  }
  const choices =
    input.type === "choice" ? input.options : input.type === "environment" ? ["", ...environments] : [];
  const required = input.required ? html` required` : undefined;
  if (choices.length === 0) {
    return html`<label><span>${label}</span><input name="${key}" value="${value}"${required}></label>`;
  }
  const options = choices.map(
    (choice) =>
      html`<option value="${choice}"${choice === value ? html` selected` : undefined}>${choice || "–"}</option>`,
  );
  return html`<label><span>${label}</span><select name="${key}"${required}>${options}</select></label>`;
}
