import type { ActionContext } from "../kit/action.ts";
import { branchOfEvent } from "./default-branch.ts";
import type { Rest } from "./rest.ts";
import { type RestRun, withoutRef } from "./rest-run.ts";

/** What a run has in common with those whose results count for it. */
export interface OwnRun {
  /** The workflow file; undefined where it need not be the same. */
  readonly path: string | undefined;
  /** The reusable workflows that they call. */
  readonly called: readonly string[];
  /** The default branch, and the commit that it ends in. */
  readonly branch: string;
  readonly branchHead: string;
}

/**
 * Asks GitHub about the run itself. A pull request's takes what the deploys of the default branch have made: where it calls
 * `pipeline-pull-request.yml`, they call `pipeline-deploy.yml` of the same repository, from a file of any name.
 */
export async function readOwnRun({ run }: Pick<ActionContext, "run">, rest: Rest): Promise<OwnRun> {
  const [own, branch] = await Promise.all([
    rest.json<RestRun>(`/actions/runs/${run.runId}`),
    branchOfEvent(run.event) ??
      rest.json<{ readonly default_branch: string }>("").then((repository) => repository.default_branch),
  ]);
  const isPull = run.eventName === "pull_request";
  const called = (own.referenced_workflows ?? []).map(({ path }) => withoutRef(path));
  return {
    path: isPull && called.length > 0 ? undefined : withoutRef(own.path),
    called: isPull
      ? called.map((path) => path.replace(/pipeline-pull-request\.yml$/, "pipeline-deploy.yml"))
      : called,
    branch,
    branchHead: await headOf(branch, run, rest),
  };
}

/** By its full name: a tag may have the same one. */
async function headOf(branch: string, { ref, sha }: ActionContext["run"], rest: Rest): Promise<string> {
  if (ref === `refs/heads/${branch}`) return sha;
  const path = `/git/ref/heads/${branch.split("/").map(encodeURIComponent).join("/")}`;
  return (await rest.json<{ readonly object: { readonly sha: string } }>(path)).object.sha;
}
