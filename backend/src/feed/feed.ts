import type { Logger } from "pino";
import type { Uploads } from "../uploads/uploads.ts";
import type { CardPost, FeedRepository, OwnedPost, Page, PageRequest } from "./feed-repository.ts";

export type Posted =
  | { readonly kind: "posted"; readonly post: CardPost }
  | { readonly kind: "unknown-user" }
  | { readonly kind: "unknown-upload" }
  | { readonly kind: "not-arrived" }
  | { readonly kind: "too-large" };

export type Deleted = "deleted" | "unknown" | "not-yours";

export interface Feed {
  page(request: PageRequest): Promise<Page>;
  find(id: number): Promise<OwnedPost | undefined>;
  /**
   * `name` is the file name under which the photo was uploaded, `upload` the id of that upload where the client knows it,
   * `preview` that of a small picture of it.
   */
  post(post: {
    readonly owner: string;
    readonly caption: string;
    readonly name: string;
    readonly upload: string | undefined;
    readonly preview: string | undefined;
  }): Promise<Posted>;
  delete(id: number, user: string): Promise<Deleted>;
}

export function createFeed(parts: {
  readonly repository: FeedRepository;
  readonly uploads: Uploads;
  readonly logger: Logger;
}): Feed {
  const { repository, uploads, logger } = parts;
  return {
    page: (request) => repository.page(request),
    find: (id) => repository.find(id),
    async post({ owner, caption, name, upload, preview }) {
      const resolved = await uploads.resolve(owner, name, upload);
      if (resolved.kind === "unknown") return { kind: "unknown-upload" };
      if (resolved.kind !== "photo") return resolved;
      const small = preview === undefined ? undefined : await uploads.resolve(owner, name, preview);
      if (small?.kind === "unknown") return { kind: "unknown-upload" };
      if (small && small.kind !== "photo") return small;
      const written = { caption, url: resolved.key, preview: small?.key ?? null, owner };
      const post = await repository.insert(written);
      return post ? { kind: "posted", post } : { kind: "unknown-user" };
    },
    async delete(id, user) {
      const post = await repository.find(id);
      if (post === undefined) return "unknown";
      if (post.owner !== user) return "not-yours";
      if (!(await repository.remove(id))) return "unknown";
      // Two posts may show one upload: a client that posts a name twice means the same photo.
      for (const key of [post.url, post.preview]) {
        if (key === null || (await repository.isShown(key))) continue;
        await uploads.release(key).catch((error: unknown) => {
          logger.warn({ error, post: id }, "the photo of a deleted post stays until uploads expire");
        });
      }
      return "deleted";
    },
  };
}
