import type { ActionContext } from "../kit/action.ts";
import type { Rest } from "./rest.ts";
import { type RestRun, withoutRef } from "./rest-run.ts";

/** What a run has in common with those whose results count for it. */
export interface OwnRun {
  /** The workflow file; undefined where it need not be the same. */
  readonly path: string | undefined;
  /** The reusable workflows that they call. */
  readonly called: readonly string[];
}

/**
 * Asks GitHub about the run itself. A pull request's takes what the deploys of the default branch have made: where it calls
 * `pipeline-pull-request.yml`, they call `pipeline-deploy.yml` of the same repository, from a file of any name.
 */
export async function readOwnRun({ run }: Pick<ActionContext, "run">, rest: Rest): Promise<OwnRun> {
  const own = await rest.json<RestRun>(`/actions/runs/${run.runId}`);
  const called = (own.referenced_workflows ?? []).map(({ path }) => withoutRef(path));
  if (run.eventName !== "pull_request") return { path: withoutRef(own.path), called };
  const deploys = called.map((path) => path.replace(/pipeline-pull-request\.yml$/, "pipeline-deploy.yml"));
  return { path: called.length > 0 ? undefined : withoutRef(own.path), called: deploys };
}
