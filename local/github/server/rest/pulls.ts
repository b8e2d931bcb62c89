import { changedFiles } from "../git/files.ts";
import { ApiError, created, noContent, notFound, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { paged } from "../http/pagination.ts";
import { type RestRequest, type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { commentShape } from "../shapes/comment.ts";
import { commitShape, fileShape, utc } from "../shapes/commit.ts";
import { fullPullRequest, pullRequestShape } from "../shapes/pull-request.ts";
import type { Comment } from "../state/comments.ts";
import type { PullRequest } from "../state/pull-requests.ts";

const commentLimit = 65_536;

/** The pull request with what GitHub counts for it. */
export async function describePull(
  hub: Pick<Hub, "repository" | "comments">,
  pull: PullRequest,
): Promise<ReturnType<typeof fullPullRequest>> {
  const { identity, git, history } = hub.repository;
  const { comments } = hub;
  const fork = await history.mergeBase(pull.baseSha, pull.headSha);
  const [files, { ahead }] = await Promise.all([
    changedFiles(git, fork ?? pull.baseSha, pull.headSha),
    history.distance(pull.baseSha, pull.headSha),
  ]);
  return fullPullRequest(identity, pull, {
    commits: ahead,
    comments: comments.of(pull.number).length,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    changedFiles: files.length,
    repositoryCreated: utc(hub.repository.times().created),
  });
}

/** https://docs.github.com/rest/pulls, and the comments of https://docs.github.com/rest/issues/comments */
export function pullRoutes(hub: Hub): Route[] {
  const { identity, git, history } = hub.repository;
  const { pulls, comments } = hub;
  const commentScopes = "issues|pull-requests";

  const wanted = ({ params }: RestRequest): PullRequest => {
    const found = pulls.get(Number(params.number));
    if (found === undefined) throw notFound();
    return found;
  };
  const wantedComment = ({ params }: RestRequest): Comment => {
    const found = comments.get(Number(params.id));
    if (found === undefined) throw notFound();
    return found;
  };
  const bodyOf = (request: RestRequest): string => {
    const fields = new Fields("IssueComment", request.body);
    const body = fields.text("body", { longest: commentLimit });
    fields.check();
    return body;
  };

  return [
    route("GET /pulls", "pull-requests:read", (request) => {
      const { query } = request;
      const state = query.get("state") ?? "open";
      const head = query.get("head")?.replace(new RegExp(`^${identity.owner}:`, "i"), "");
      const base = query.get("base");
      const found = pulls
        .list()
        .filter(
          (pull) =>
            (state === "all" || pull.state === state) &&
            (head === undefined || pull.headRef === head) &&
            (base === null || pull.baseRef === base),
        );
      const ordered = query.get("direction") === "asc" ? found.toReversed() : found;
      const repositoryCreated = utc(hub.repository.times().created);
      return paged(request, ordered, (page) =>
        page.map((pull) => pullRequestShape(identity, pull, repositoryCreated)),
      );
    }),

    route("GET /pulls/:number", "pull-requests:read", async (request) =>
      ok(await describePull(hub, wanted(request))),
    ),

    route("GET /pulls/:number/commits", "pull-requests:read", async (request) => {
      const { baseSha, headSha } = wanted(request);
      const found = await history.commits(`${baseSha}..${headSha}`, { limit: 250 });
      return paged(request, found.toReversed(), (page) =>
        page.map((commit) => commitShape(identity, commit)),
      );
    }),

    route("GET /pulls/:number/files", "pull-requests:read", async (request) => {
      const { baseSha, headSha } = wanted(request);
      const fork = (await history.mergeBase(baseSha, headSha)) ?? baseSha;
      const files = await changedFiles(git, fork, headSha);
      return paged(request, files, (page) => page.map((file) => fileShape(identity, headSha, file)));
    }),

    route("GET /issues/:number/comments", `${commentScopes}:read`, (request) => {
      const since = request.query.get("since");
      const earliest = since === null ? 0 : Date.parse(since);
      if (Number.isNaN(earliest)) throw new ApiError(422, `since is not a time: ${since}`);
      const found = comments
        .of(wanted(request).number)
        .filter(({ updatedAt }) => Date.parse(updatedAt) >= earliest);
      return paged(request, found, (page) => page.map((comment) => commentShape(identity, comment)));
    }),

    route("POST /issues/:number/comments", `${commentScopes}:write`, (request) => {
      const { number } = wanted(request);
      const comment = comments.create(number, bodyOf(request), request.login, hub.now().toISOString());
      return created(commentShape(identity, comment));
    }),

    route("GET /issues/comments/:id", `${commentScopes}:read`, (request) =>
      ok(commentShape(identity, wantedComment(request))),
    ),

    route("PATCH /issues/comments/:id", `${commentScopes}:write`, (request) => {
      const { id } = wantedComment(request);
      return ok(commentShape(identity, comments.update(id, bodyOf(request), hub.now().toISOString())));
    }),

    route("DELETE /issues/comments/:id", `${commentScopes}:write`, (request) => {
      comments.delete(wantedComment(request).id);
      return noContent;
    }),
  ];
}
