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

/** A post with what a card of it shows. */
export interface CardPost extends StoredPost {
  /** What who posted it is called; null where nobody said. */
  readonly author: string | null;
  /** Key of the small picture; null where the photo stands for itself. */
  readonly preview: string | null;
}

export type OwnedPost = CardPost & { readonly owner: string | null };

export interface Page {
  /** How many posts there are in all. */
  readonly count: number;
  /** Newest first; cards where these were asked for. */
  readonly rows: readonly (StoredPost | CardPost)[];
  readonly hasMore: boolean;
}

export interface PageRequest {
  readonly limit: number;
  /** Only posts older than the one of this id. */
  readonly before: number | undefined;
  /** Only this user's. */
  readonly owner?: string;
  readonly asCards?: boolean;
}

export interface NewPost {
  readonly caption: string;
  readonly url: string;
  readonly preview: string | null;
  readonly owner: string;
}

export interface FeedRepository {
  page(request: PageRequest): Promise<Page>;
  find(id: number): Promise<OwnedPost | undefined>;
  /** Undefined where the owner's account was deleted meanwhile. */
  insert(post: NewPost): Promise<CardPost | undefined>;
  /** False when it was gone already. */
  remove(id: number): Promise<boolean>;
  isShown(key: string): Promise<boolean>;
}

/** The largest id: SERIAL is a PostgreSQL integer. */
export const maxId = 2 ** 31 - 1;

const columns = 'f."id", f."caption", f."url", f."createdAt", f."updatedAt"';
const cardColumns = `${columns}, f."preview", u."name" AS "author"`;
const withAuthor = 'LEFT JOIN "Users" AS u ON u."email" = f."owner"';

const pageOf = (owner: "all" | "owner", kind: "posts" | "cards") => {
  const condition = owner === "owner" ? '"owner" = $3' : "true";
  return {
    name: `${kind}-of-${owner}`,
    text: `SELECT ${kind === "cards" ? cardColumns : columns},
        (SELECT count(*) FROM "FeedItems" WHERE ${condition})::int AS "total"
      FROM "FeedItems" AS f ${kind === "cards" ? withAuthor : ""}
      WHERE "id" <= $1 AND ${condition} ORDER BY "id" DESC LIMIT $2`,
  };
};
const pages = {
  posts: { all: pageOf("all", "posts"), owner: pageOf("owner", "posts") },
  cards: { all: pageOf("all", "cards"), owner: pageOf("owner", "cards") },
};
const findPost = {
  name: "find-post",
  text: `SELECT ${cardColumns}, f."owner" FROM "FeedItems" AS f ${withAuthor} WHERE f."id" = $1`,
};
const findByKey = {
  name: "find-post-by-key",
  text: 'SELECT FROM "FeedItems" WHERE "url" = $1 UNION ALL SELECT FROM "FeedItems" WHERE "preview" = $1 LIMIT 1',
};
/** The lock makes a deletion of the account wait for the post, and take it along. */
const insertPost = {
  name: "insert-post",
  text: `WITH u AS (SELECT "email", "name" FROM "Users" WHERE "email" = $1 FOR KEY SHARE),
      f AS (INSERT INTO "FeedItems" ("caption", "url", "preview", "owner", "createdAt", "updatedAt")
        SELECT $2, $3, $4, "email", now(), now() FROM u RETURNING *)
    SELECT ${cardColumns} FROM f, u`,
};

export function createFeedRepository({ feedItems, prepared, feedShare }: Database): FeedRepository {
  const readPage = async ({ limit, before, owner, asCards = false }: PageRequest): Promise<Page> => {
    const newest = before === undefined ? maxId : before - 1;
    const { all, owner: ofOwner } = pages[asCards ? "cards" : "posts"];
    // One more than asked for tells whether there is a next page.
    const found = await prepared<(StoredPost | CardPost) & { total: number }>(
      owner === undefined ? all : ofOwner,
      owner === undefined ? [newest, limit + 1] : [newest, limit + 1, owner],
    );
    const rows = found.slice(0, limit).map(({ total: _, ...post }) => post);
    const count =
      found[0]?.total ??
      (before === undefined ? 0 : await feedItems.count({ where: owner ? { owner } : {} }));
    return { count, rows, hasMore: found.length > limit };
  };
  return {
    page: joinReads(
      (request: PageRequest) => feedShare(() => readPage(request)),
      ({ limit, before, owner, asCards }) => `${limit} ${before} ${asCards} ${owner}`,
    ),
    async find(id) {
      const [post] = await feedShare(() => prepared<OwnedPost>(findPost, [id]));
      return post;
    },
    async insert({ owner, caption, url, preview }) {
      const [post] = await feedShare(() => prepared<CardPost>(insertPost, [owner, caption, url, preview]));
      return post;
    },
    async remove(id) {
      return (await feedShare(() => feedItems.destroy({ where: { id } }))) > 0;
    },
    async isShown(key) {
      return (await feedShare(() => prepared(findByKey, [key]))).length > 0;
    },
  };
}
