import { DispatchRefused } from "../events/dispatches.ts";
import { workflowFilesAt, workflowName } from "../events/workflow-files.ts";
import { type Answer, ApiError, noContent, notFound, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { paged } from "../http/pagination.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { apiUrl, pageUrl } from "../identity.ts";
import { utc } from "../shapes/commit.ts";
import { workflowId } from "../shapes/run.ts";
import { nodeId } from "../shapes/user.ts";

/** https://docs.github.com/rest/actions/workflows */
export function workflowRoutes(hub: Hub): Route[] {
  const { identity, git, history } = hub.repository;

  const workflows = async () => {
    const commit = await history.resolve(identity.defaultBranch);
    const files = commit === undefined ? [] : await workflowFilesAt(git, commit);
    const created = utc(hub.repository.times().created);
    return files.map((file) => ({
      id: workflowId(file.path),
      node_id: nodeId("Workflow", workflowId(file.path)),
      name: workflowName(file),
      path: file.path,
      state: hub.settings.isDisabled(file.path) ? ("disabled_manually" as const) : ("active" as const),
      created_at: created,
      updated_at: created,
      url: apiUrl(identity, `/actions/workflows/${workflowId(file.path)}`),
      html_url: pageUrl(identity, `/blob/${identity.defaultBranch}/${file.path}`),
      badge_url: pageUrl(identity, `/workflows/${encodeURIComponent(workflowName(file))}/badge.svg`),
    }));
  };

  const isNamed =
    (name = "") =>
    ({ id, path }: { readonly id: number; readonly path: string }) =>
      String(id) === name || path === name || path.split("/").at(-1) === name;

  return [
    route("GET /actions/workflows", "actions:read", async (request) =>
      paged(request, await workflows(), (page, total) => ({ total_count: total, workflows: page })),
    ),

    route("GET /actions/workflows/:workflow", "actions:read", async ({ params }) => {
      const found = (await workflows()).find(isNamed(params.workflow));
      if (found === undefined) throw notFound();
      return ok(found);
    }),

    route(
      "POST /actions/workflows/:workflow/dispatches",
      "actions:write",
      async ({ params, body, login }) => {
        const fields = new Fields("WorkflowDispatch", body);
        const ref = fields.text("ref");
        const details = fields.flag("return_run_details", false);
        fields.check();
        const inputs = (body.inputs ?? {}) as Readonly<Record<string, unknown>>;
        const byId = (await workflows()).find(({ id }) => String(id) === params.workflow);
        const workflow = byId?.path ?? params.workflow ?? "";
        const { head } = await hub.actions.dispatch({ workflow, ref, inputs, actor: login }).catch(refused);
        const answer: Answer = details
          ? ok({
              workflow_run_id: head.id,
              run_url: apiUrl(identity, `/actions/runs/${head.id}`),
              html_url: pageUrl(identity, `/actions/runs/${head.id}`),
            })
          : noContent;
        return answer;
      },
    ),
  ];
}

function refused(error: unknown): never {
  if (error instanceof DispatchRefused) throw new ApiError(error.status, error.message);
  throw error;
}
