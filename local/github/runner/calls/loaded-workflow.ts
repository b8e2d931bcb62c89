import type { ActionMetadata } from "../actions/action-metadata.ts";
import type { Revision } from "../repositories.ts";
import type { Workflow } from "../workflow/model.ts";

/** Where a workflow file is from: its repository, commit and path. What its `$/` references mean. */
export interface WorkflowSource extends Revision {
  readonly path: string;
  /** What its caller named: a branch, a tag or a commit; of the caller's own repository and commit, the commit. */
  readonly asked: string;
}

/** A workflow file with everything that it uses, the workflows that it calls included. */
export interface LoadedWorkflow {
  readonly source: WorkflowSource;
  readonly workflow: Workflow;
  /** The repositories' actions that its steps use, by what `uses` says. */
  readonly actions: ReadonlyMap<string, ActionMetadata>;
  /** By the id of the job that calls. */
  readonly calls: ReadonlyMap<string, LoadedWorkflow>;
}

/** `owner/name/path@ref`: `job.workflow_ref`, and the `job_workflow_ref` of tokens. */
export function workflowRef({ repository, path, ref }: WorkflowSource): string {
  return `${repository}/${path}@${ref}`;
}

/** The sources of all the workflows that one calls, directly or not, each once. */
export function referencedSources(loaded: LoadedWorkflow): readonly WorkflowSource[] {
  const found = new Map<string, WorkflowSource>();
  const visit = ({ calls }: LoadedWorkflow): void => {
    for (const called of calls.values()) {
      found.set(workflowRef(called.source), called.source);
      visit(called);
    }
  };
  visit(loaded);
  return [...found.values()];
}
