import type { Page, Post } from "../api.ts";
import { Store } from "../store.ts";

export const pageSize = 12;

export interface PostListState {
  readonly posts: readonly Post[];
  readonly count: number;
  readonly next: string | null;
  readonly status: "new" | "loading" | "loaded" | "failed";
  /** Why the last page did not load. */
  readonly problem: string;
}

const empty: PostListState = { posts: [], count: 0, next: null, status: "new", problem: "" };

/** Posts, newest first, as far as they were asked for. */
export class PostList extends Store<PostListState> {
  readonly #fetchPage: (limit: number, cursor?: string) => Promise<Page>;
  /** Answers to requests of an earlier generation are dropped. */
  #generation = 0;

  constructor(fetchPage: (limit: number, cursor?: string) => Promise<Page>) {
    super(empty);
    this.#fetchPage = fetchPage;
  }

  /** Loads the first page, unless there is one already or it is on its way. */
  open(): void {
    if (this.state.status === "new") void this.reload();
  }

  /** Loads the first page again, and shows what was there until it arrives. */
  async reload(): Promise<void> {
    this.#generation += 1;
    await this.#load(undefined);
  }

  /** Loads the page after the last one, or tries again what failed. */
  async more(): Promise<void> {
    const { status, next, posts } = this.state;
    if (status === "loading") return;
    if (posts.length === 0) await this.reload();
    else if (next !== null) await this.#load(next);
  }

  /** Puts a new post on top, where it was not loaded by itself meanwhile. */
  add(post: Post): void {
    if (this.state.status === "new" || this.state.posts.some(({ id }) => id === post.id)) return;
    this.patch({ posts: [post, ...this.state.posts], count: this.state.count + 1 });
  }

  remove(id: number): void {
    const posts = this.state.posts.filter((post) => post.id !== id);
    if (posts.length === this.state.posts.length) return;
    this.patch({ posts, count: this.state.count - 1 });
    if (posts.length === 0 && this.state.next !== null) void this.reload();
  }

  clear(): void {
    this.#generation += 1;
    this.set(empty);
  }

  async #load(cursor: string | undefined): Promise<void> {
    const generation = this.#generation;
    this.patch({ status: "loading", problem: "" });
    try {
      const { rows, count, next } = await this.#fetchPage(pageSize, cursor);
      if (generation !== this.#generation) return;
      const before = cursor === undefined ? [] : this.state.posts;
      const known = new Set(before.map(({ id }) => id));
      this.set({
        posts: [...before, ...rows.filter(({ id }) => !known.has(id))],
        count,
        next,
        status: "loaded",
        problem: "",
      });
    } catch (error) {
      if (generation !== this.#generation) return;
      this.patch({ status: "failed", problem: (error as Error).message });
    }
  }
}
