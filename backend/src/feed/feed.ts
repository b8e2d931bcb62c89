import type { Logger } from "pino";
import type { Uploads } from "../uploads/uploads.ts";
import type { FeedRepository, Page, PageRequest, StoredPost } from "./feed-repository.ts";

export type Posted =
  | { readonly kind: "posted"; readonly post: StoredPost }
  | { readonly kind: "unknown-upload" }
  | { readonly kind: "not-arrived" }
  | { readonly kind: "too-large" };

export type Deleted = "deleted" | "unknown" | "not-yours";

export interface Feed {
  page(request: PageRequest): Promise<Page>;
  find(id: number): Promise<StoredPost | undefined>;
  /** `name` is the file name under which the photo was uploaded, `upload` the id of that upload where the client knows it. */
  post(post: {
    readonly owner: string;
    readonly caption: string;
    readonly name: string;
    readonly upload: string | undefined;
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
    async post({ owner, caption, name, upload }) {
      const resolved = await uploads.resolve(owner, name, upload);
      if (resolved.kind === "unknown") return { kind: "unknown-upload" };
      if (resolved.kind !== "photo") return resolved;
      return { kind: "posted", post: await repository.insert({ caption, url: resolved.key, owner }) };
    },
    async delete(id, user) {
      const post = await repository.find(id);
      if (post === undefined) return "unknown";
      if (post.owner !== user) return "not-yours";
      if (!(await repository.remove(id))) return "unknown";
      // Two posts may show one upload: a client that posts a name twice means the same photo.
      if (!(await repository.isShown(post.url))) {
        await uploads.release(post.url).catch((error: unknown) => {
          logger.warn({ error, post: id }, "the photo of a deleted post stays until uploads expire");
        });
      }
      return "deleted";
    },
  };
}
