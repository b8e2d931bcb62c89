import { readBlobs, type TreeEntry, treeAt } from "../git/files.ts";
import { ApiError, notFound, ok } from "../http/answer.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { apiUrl, pageUrl } from "../identity.ts";

const inlineBytes = 1_000_000;

/** Files and folders of the repository at a ref. */
export function contentRoutes(hub: Hub): Route[] {
  const { identity, git, history } = hub.repository;
  const types = { blob: "file", tree: "dir", commit: "submodule" } as const;

  const shape = (entry: TreeEntry, ref: string) => {
    const path = entry.path.split("/").map(encodeURIComponent).join("/");
    const self = apiUrl(identity, `/contents/${path}?ref=${encodeURIComponent(ref)}`);
    const html = pageUrl(identity, `/${entry.type}/${ref}/${path}`);
    const object = apiUrl(identity, `/git/${entry.type}s/${entry.sha}`);
    return {
      name: entry.path.split("/").at(-1) ?? "",
      path: entry.path,
      sha: entry.sha,
      size: entry.bytes ?? 0,
      url: self,
      html_url: html,
      git_url: object,
      download_url: entry.type === "blob" ? self : null,
      type: types[entry.type],
      _links: { self, git: object, html },
    };
  };

  const read: Route["handle"] = async ({ params, query, accept }) => {
    const ref = query.get("ref") ?? identity.defaultBranch;
    const commit = await history.resolve(ref);
    if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
    const path = (params.path ?? "").replace(/^\/+|\/+$/g, "");
    const { entry, children } = await treeAt(git, commit, path);
    if (entry === undefined && path !== "") throw notFound();
    if (entry === undefined || entry.type === "tree") return ok(children.map((child) => shape(child, ref)));
    const [content = Buffer.alloc(0)] = await readBlobs(git, [entry.sha]);
    if (/\.raw(\+json)?\b/.test(accept)) {
      return { status: 200, bytes: content, headers: { "content-type": "application/octet-stream" } };
    }
    // From 1 MB on, GitHub leaves the content to the raw media type.
    const inline = content.length <= inlineBytes;
    return ok({
      ...shape(entry, ref),
      encoding: inline ? "base64" : "none",
      content: inline ? content.toString("base64").replace(/(.{60})/g, "$1\n") : "",
    });
  };

  return [route("GET /contents", "contents:read", read), route("GET /contents/*path", "contents:read", read)];
}
