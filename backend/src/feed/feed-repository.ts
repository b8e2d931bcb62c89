import type { Database } from "../database/database.ts";
import { joinReads } from "../database/join-reads.ts";

/** A post as it is stored. `url` is the key of its photo. */
export interface StoredPost {
  readonly id: number;
  readonly caption: string;
  readonly url: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Page {
  /** How many posts there are in all. */
  readonly count: number;
  /** Newest first. */
  readonly rows: StoredPost[];
  readonly hasMore: boolean;
}

export interface PageRequest {
  readonly limit: number;
  /** Only posts older than the one of this id. */
  readonly before: number | undefined;
  /** Only this user's. */
  readonly owner?: string;
}

export interface FeedRepository {
  page(request: PageRequest): Promise<Page>;
  find(id: number): Promise<(StoredPost & { readonly owner: string | null }) | undefined>;
  insert(post: {
    readonly caption: string;
    readonly url: string;
    readonly owner: string;
  }): Promise<StoredPost>;
  /** False when it was gone already. */
  remove(id: number): Promise<boolean>;
  isShown(key: string): Promise<boolean>;
}

/** The largest id: SERIAL is a PostgreSQL integer. */
export const maxId = 2 ** 31 - 1;

const columns = '"id", "caption", "url", "createdAt", "updatedAt"';

const pageOfAll = {
  name: "page-of-all",
  text: `SELECT ${columns}, (SELECT count(*) FROM "FeedItems")::int AS "total"
    FROM "FeedItems" WHERE "id" <= $1 ORDER BY "id" DESC LIMIT $2`,
};
const pageOfOwner = {
  name: "page-of-owner",
  text: `SELECT ${columns}, (SELECT count(*) FROM "FeedItems" WHERE "owner" = $3)::int AS "total"
    FROM "FeedItems" WHERE "id" <= $1 AND "owner" = $3 ORDER BY "id" DESC LIMIT $2`,
};
const findPost = { name: "find-post", text: `SELECT ${columns}, "owner" FROM "FeedItems" WHERE "id" = $1` };
const findByKey = { name: "find-post-by-key", text: 'SELECT FROM "FeedItems" WHERE "url" = $1 LIMIT 1' };

export function createFeedRepository({ feedItems, prepared, feedShare }: Database): FeedRepository {
  const readPage = async ({ limit, before, owner }: PageRequest): Promise<Page> => {
    const newest = before === undefined ? maxId : before - 1;
    // One more than asked for tells whether there is a next page.
    const found = await prepared<StoredPost & { total: number }>(
      owner === undefined ? pageOfAll : pageOfOwner,
      owner === undefined ? [newest, limit + 1] : [newest, limit + 1, owner],
    );
    const rows = found
      .slice(0, limit)
      .map(({ id, caption, url, createdAt, updatedAt }) => ({ id, caption, url, createdAt, updatedAt }));
    const count =
      found[0]?.total ??
      (before === undefined ? 0 : await feedItems.count({ where: owner ? { owner } : {} }));
    return { count, rows, hasMore: found.length > limit };
  };
  return {
    page: joinReads(
      (request: PageRequest) => feedShare(() => readPage(request)),
      ({ limit, before, owner }) => `${limit} ${before} ${owner}`,
    ),
    async find(id) {
      const [post] = await feedShare(() => prepared<StoredPost & { owner: string | null }>(findPost, [id]));
      return post;
    },
    async insert(post) {
      const { id, caption, url, createdAt, updatedAt } = await feedShare(() => feedItems.create({ ...post }));
      return { id, caption, url, createdAt, updatedAt };
    },
    async remove(id) {
      return (await feedShare(() => feedItems.destroy({ where: { id } }))) > 0;
    },
    async isShown(key) {
      return (await feedShare(() => prepared(findByKey, [key]))).length > 0;
    },
  };
}
