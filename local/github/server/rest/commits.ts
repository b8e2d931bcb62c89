import { changedFiles } from "../git/files.ts";
import type { Commit } from "../git/history.ts";
import { ApiError, invalid, notFound, ok } from "../http/answer.ts";
import { linkHeader, paged, pageOf } from "../http/pagination.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { apiUrl, pageUrl } from "../identity.ts";
import { commitShape, fileShape } from "../shapes/commit.ts";
import { nodeId } from "../shapes/user.ts";

/** Files that GitHub lists in a comparison or a commit; a comparison's further commits are on further pages. */
const filesShown = 300;
const comparedCommits = 250;

/** Commits, comparisons, branches and refs. */
export function commitRoutes(hub: Hub): Route[] {
  const { identity, git, history } = hub.repository;

  const resolve = async (name: string): Promise<string> => {
    const sha = await history.resolve(name);
    if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${name}`);
    return sha;
  };

  const compare = async (baseName: string, headName: string) => {
    const [base, head] = await Promise.all([history.resolve(baseName), history.resolve(headName)]);
    if (base === undefined || head === undefined) throw notFound();
    const ancestor = await history.mergeBase(base, head);
    if (ancestor === undefined) {
      throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`);
    }
    return { base, head, ancestor, ...(await history.distance(base, head)) };
  };

  const ref = (name: string, sha: string, type: string) => ({
    ref: name,
    node_id: nodeId("Ref", name),
    url: apiUrl(identity, `/git/${name}`),
    object: { type, sha, url: apiUrl(identity, `/git/${type}s/${sha}`) },
  });

  const branch = (name: string, sha: string) => ({
    name,
    commit: { sha, url: apiUrl(identity, `/commits/${sha}`) },
    protected: false,
  });

  return [
    route("GET /commits", "contents:read", async (request) => {
      const start = await history.resolve(request.query.get("sha") ?? identity.defaultBranch);
      if (start === undefined) throw new ApiError(409, "Git Repository is empty.");
      const { page, perPage } = pageOf(request.query);
      const filters = ["since", "until"].flatMap((name) => timeFilter(name, request.query.get(name)));
      const path = request.query.get("path");
      const found = await history.commits(start, {
        limit: perPage + 1,
        skip: (page - 1) * perPage,
        filters,
        ...(path === null || path === "" ? {} : { path }),
      });
      // One more than asked for tells that there is a next page; the number of the last one is not counted.
      const link = linkHeader(request, (page - 1) * perPage + found.length);
      const json = found.slice(0, perPage).map((commit) => commitShape(identity, commit));
      return { ...ok(json), ...(link === "" ? {} : { headers: { link } }) };
    }),

    route("GET /commits/*ref", "contents:read", async ({ params }) => {
      const commit = await history.commit(await resolve(params.ref ?? ""));
      const files = await changedFiles(git, commit.parents[0], commit.sha);
      const count = (side: "additions" | "deletions") => files.reduce((sum, file) => sum + file[side], 0);
      const [additions, deletions] = [count("additions"), count("deletions")];
      return ok({
        ...commitShape(identity, commit),
        stats: { total: additions + deletions, additions, deletions },
        files: files.slice(0, filesShown).map((file) => fileShape(identity, commit.sha, file)),
      });
    }),

    route("GET /compare/*basehead", "contents:read", async (request) => {
      const [baseName = "", headName = "", more] = (request.params.basehead ?? "").split("...");
      if (baseName === "" || headName === "" || more !== undefined) throw notFound();
      const withoutOwner = (name: string) => name.replace(new RegExp(`^${identity.owner}:`, "i"), "");
      const found = await compare(withoutOwner(baseName), withoutOwner(headName));
      const { base, head, ancestor, ahead, behind } = found;
      const status =
        ahead === 0 ? (behind === 0 ? "identical" : "behind") : behind === 0 ? "ahead" : "diverged";
      const asked = request.query.has("page") || request.query.has("per_page");
      const page = asked ? pageOf(request.query) : { page: 1, perPage: comparedCommits };
      const commits = (await history.commits(`${base}..${head}`, { limit: ahead + 1 })).toReversed();
      const shown: readonly Commit[] = commits.slice(
        (page.page - 1) * page.perPage,
        page.page * page.perPage,
      );
      const [baseCommit, ancestorCommit, files] = await Promise.all([
        history.commit(base),
        history.commit(ancestor),
        page.page === 1 ? changedFiles(git, ancestor, head) : [],
      ]);
      const address = pageUrl(identity, `/compare/${baseName}...${headName}`);
      const link = asked ? linkHeader(request, ahead) : "";
      return {
        ...(link === "" ? {} : { headers: { link } }),
        ...ok({
          url: apiUrl(identity, `/compare/${baseName}...${headName}`),
          html_url: address,
          permalink_url: pageUrl(identity, `/compare/${base.slice(0, 7)}...${head.slice(0, 7)}`),
          diff_url: `${address}.diff`,
          patch_url: `${address}.patch`,
          base_commit: commitShape(identity, baseCommit),
          merge_base_commit: commitShape(identity, ancestorCommit),
          status,
          ahead_by: ahead,
          behind_by: behind,
          total_commits: ahead,
          commits: shown.map((commit) => commitShape(identity, commit)),
          files: files.slice(0, filesShown).map((file) => fileShape(identity, head, file)),
        }),
      };
    }),

    route("GET /branches", "contents:read", async (request) => {
      const refs = await history.refs("refs/heads/");
      return paged(request, refs, (page) => page.map(({ ref: name, sha }) => branch(name.slice(11), sha)));
    }),

    route("GET /branches/*branch", "contents:read", async ({ params }) => {
      const sha = await history.resolve(`refs/heads/${params.branch}`);
      if (sha === undefined) throw new ApiError(404, "Branch not found");
      return ok({
        ...branch(params.branch ?? "", sha),
        commit: commitShape(identity, await history.commit(sha)),
        _links: {
          self: apiUrl(identity, `/branches/${params.branch}`),
          html: pageUrl(identity, `/tree/${params.branch}`),
        },
        protection: {
          enabled: false,
          required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
        },
        protection_url: apiUrl(identity, `/branches/${params.branch}/protection`),
      });
    }),

    route("GET /git/ref/*ref", "contents:read", async ({ params }) => {
      const found = (await history.refs(`refs/${params.ref}`)).find(
        ({ ref: name }) => name === `refs/${params.ref}`,
      );
      if (found === undefined) throw notFound();
      return ok(ref(found.ref, found.sha, found.type));
    }),

    route("GET /git/matching-refs/*ref", "contents:read", async (request) => {
      const prefix = `refs/${request.params.ref}`;
      const found = (await history.refs("refs/")).filter(({ ref: name }) => name.startsWith(prefix));
      return paged(request, found, (page) => page.map(({ ref: name, sha, type }) => ref(name, sha, type)));
    }),

    route("GET /git/commits/:sha", "contents:read", async ({ params }) => {
      if (!/^[0-9a-f]{40}$/.test(params.sha ?? "")) {
        throw invalid({
          resource: "Commit",
          field: "sha",
          code: "invalid",
          message: "must be 40 hex digits",
        });
      }
      const sha = await history.resolve(params.sha ?? "");
      if (sha === undefined) throw notFound();
      const { commit, node_id, html_url, parents } = commitShape(identity, await history.commit(sha));
      const { author, committer, message, tree, verification } = commit;
      const url = apiUrl(identity, `/git/commits/${sha}`);
      return ok({ sha, node_id, url, html_url, author, committer, message, tree, parents, verification });
    }),
  ];
}

/** `since` and `until` for git: in seconds, since its own reading of dates ends with the century. */
function timeFilter(name: string, value: string | null): string[] {
  if (value === null) return [];
  const seconds = Math.floor(Date.parse(value) / 1000);
  if (Number.isNaN(seconds)) throw new ApiError(422, `${name} is not a time: ${value}`);
  return [`--${name}=@${seconds} +0000`];
}
