import { link } from "../kit/markdown.ts";
import type { WorkflowRun } from "../kit/workflow-run.ts";

/** The repository's page, as the run's own address has it. */
export function repositoryUrl({ url }: Pick<WorkflowRun, "url">): string {
  return url.replace(/\/actions\/runs\/.*$/, "");
}

export function commitUrl(run: Pick<WorkflowRun, "url">, commit: string): string {
  return `${repositoryUrl(run)}/commit/${commit}`;
}

/** "" for a release whose commit nobody knows. */
export function commitLink(run: Pick<WorkflowRun, "url">, commit: string): string {
  if (commit === "") return "";
  return link(`\`${commit.slice(0, 7)}\``, commitUrl(run, commit));
}

/** Everything between the two commits; "" where nobody knows one of them. */
export function compareLink(run: Pick<WorkflowRun, "url">, before: string, after: string): string {
  if (before === "" || after === "") return "";
  const range = `${before.slice(0, 7)}...${after.slice(0, 7)}`;
  return link(`\`${range}\``, `${repositoryUrl(run)}/compare/${before}...${after}`);
}
