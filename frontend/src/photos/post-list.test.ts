import { expect } from "chai";
import type { Page, Post } from "../api.ts";
import { PostList, pageSize } from "./post-list.ts";

const post = (id: number): Post => ({
  id,
  caption: `Number ${id}`,
  url: "",
  createdAt: null,
  author: null,
  preview: null,
});

/** Posts as the API pages them: newest first, the cursor is the last id seen. */
function pagesOf(newest: number): (limit: number, cursor?: string) => Promise<Page> {
  return async (limit, cursor) => {
    const from = cursor === undefined ? newest : Number(cursor) - 1;
    const rows = Array.from({ length: Math.min(limit, from) }, (_, index) => post(from - index));
    const last = rows.at(-1)?.id ?? 0;
    return { count: newest, rows, next: last > 1 ? String(last) : null };
  };
}

const ids = (list: PostList) => list.state.posts.map(({ id }) => id);

describe("a list of posts", () => {
  it("grows page by page to its end, and asks no further", async () => {
    const list = new PostList(pagesOf(pageSize + 2));
    await list.reload();
    expect(ids(list)).to.have.length(pageSize);
    await list.more();
    expect(ids(list)).to.deep.equal(Array.from({ length: pageSize + 2 }, (_, index) => pageSize + 2 - index));
    await list.more();
    expect(list.state).to.include({ next: null, status: "loaded", count: pageSize + 2 });
  });

  it("shows a post of one's own on top, once", async () => {
    const list = new PostList(pagesOf(2));
    await list.reload();
    list.add(post(3));
    list.add(post(3));
    expect(ids(list)).to.deep.equal([3, 2, 1]);
    expect(list.state.count).to.equal(3);
    list.remove(2);
    expect(ids(list)).to.deep.equal([3, 1]);
  });

  it("keeps what it has when a page fails, and gets it at the next attempt", async () => {
    const pages = pagesOf(pageSize + 1);
    let isDown = false;
    const list = new PostList(async (limit, cursor) => {
      if (isDown) throw new Error("The server cannot be reached.");
      return await pages(limit, cursor);
    });
    await list.reload();
    isDown = true;
    await list.more();
    expect(list.state).to.include({ status: "failed", problem: "The server cannot be reached." });
    expect(ids(list)).to.have.length(pageSize);
    isDown = false;
    await list.more();
    expect(ids(list)).to.have.length(pageSize + 1);
  });

  it("drops an answer that comes after the list was emptied", async () => {
    const answer = Promise.withResolvers<Page>();
    const list = new PostList(() => answer.promise);
    const loading = list.reload();
    list.clear();
    answer.resolve({ count: 1, rows: [post(1)], next: null });
    await loading;
    expect(list.state).to.include({ status: "new", count: 0 });
  });
});
