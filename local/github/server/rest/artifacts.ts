import type { Artifact } from "../actions/artifacts.ts";
import type { DownloadLinks } from "../actions/download-links.ts";
import { ApiError, noContent, notFound, ok } from "../http/answer.ts";
import { paged } from "../http/pagination.ts";
import { type RestRequest, type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { artifactShape } from "../shapes/artifact.ts";

/** https://docs.github.com/rest/actions/artifacts */
export function artifactRoutes(hub: Hub, downloads: DownloadLinks): Route[] {
  const { identity } = hub.repository;
  const { artifacts, runs } = hub.actions;
  const shape = (artifact: Artifact) =>
    artifactShape(identity, artifact, {
      expired: artifacts.isExpired(artifact),
      fork: runs.get(artifact.runId)?.fork,
    });

  const wanted = ({ params }: RestRequest): Artifact => {
    const found = artifacts.get(Number(params.id));
    if (found === undefined) throw notFound();
    return found;
  };

  const listed = (request: RestRequest, found: readonly Artifact[]) => {
    const name = request.query.get("name");
    const named = name === null ? found : found.filter((artifact) => artifact.name === name);
    return paged(request, named, (page, total) => ({ total_count: total, artifacts: page.map(shape) }));
  };

  return [
    route("GET /actions/artifacts", "actions:read", (request) => listed(request, artifacts.list())),

    route("GET /actions/runs/:id/artifacts", "actions:read", (request) => {
      const run = runs.get(Number(request.params.id));
      if (run === undefined) throw notFound();
      return listed(request, artifacts.ofRun(run.head.id));
    }),

    route("GET /actions/artifacts/:id", "actions:read", (request) => ok(shape(wanted(request)))),

    route("DELETE /actions/artifacts/:id", "actions:write", (request) => {
      artifacts.delete(wanted(request).id);
      return noContent;
    }),

    route("GET /actions/artifacts/:id/:format", "actions:read", (request) => {
      const artifact = wanted(request);
      if (request.params.format !== "zip") throw new ApiError(422, "archive_format must be zip");
      if (artifacts.isExpired(artifact)) throw new ApiError(410, "Artifact has expired");
      return { status: 302, headers: { location: downloads.make(artifact.id) } };
    }),
  ];
}
