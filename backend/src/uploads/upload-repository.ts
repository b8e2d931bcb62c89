import { QueryTypes } from "sequelize";
import type { Database } from "../database/database.ts";

/** A place that a user was given to upload a photo to. */
export interface StoredUpload {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly key: string;
}

export interface UploadRepository {
  insert(upload: StoredUpload): Promise<void>;
  /** The user's upload of that id. */
  find(owner: string, id: string): Promise<StoredUpload | undefined>;
  /** The user's latest upload of that name. */
  latest(owner: string, name: string): Promise<StoredUpload | undefined>;
  /** Uploads older than that which no post shows, oldest first. */
  neverPosted(olderThanSeconds: number, limit: number): Promise<StoredUpload[]>;
  /** Uploads older than that whose size nobody has looked at since, oldest first. */
  unchecked(olderThanSeconds: number, limit: number): Promise<StoredUpload[]>;
  markChecked(ids: readonly string[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Those of the keys that no upload and no post has. */
  unknown(keys: readonly string[]): Promise<string[]>;
}

/** The condition that a post shows the key, as its photo or as the small picture of it. */
const isShown = (key: string) =>
  `(EXISTS (SELECT FROM "FeedItems" AS f WHERE f."url" = ${key})
    OR EXISTS (SELECT FROM "FeedItems" AS f WHERE f."preview" = ${key}))`;

export function createUploadRepository({ uploads, sequelize }: Database): UploadRepository {
  const aged = (condition: string, olderThanSeconds: number, limit: number): Promise<StoredUpload[]> =>
    sequelize.query<StoredUpload>(
      `SELECT "id", "owner", "name", "key" FROM "Uploads" AS u
        WHERE "createdAt" < now() - make_interval(secs => $1) AND ${condition}
        ORDER BY "createdAt" LIMIT $2`,
      { bind: [olderThanSeconds, limit], type: QueryTypes.SELECT },
    );
  return {
    async insert(upload) {
      await uploads.create({ ...upload });
    },
    async find(owner, id) {
      return (await uploads.findOne({ where: { owner, id }, raw: true })) ?? undefined;
    },
    async latest(owner, name) {
      const order: [string, string][] = [["createdAt", "DESC"]];
      return (await uploads.findOne({ where: { owner, name }, order, raw: true })) ?? undefined;
    },
    neverPosted: (seconds, limit) => aged(`NOT ${isShown('u."key"')}`, seconds, limit),
    unchecked: (seconds, limit) => aged('"checkedAt" IS NULL', seconds, limit),
    async markChecked(ids) {
      await uploads.update({ checkedAt: new Date() }, { where: { id: [...ids] } });
    },
    async unknown(keys) {
      const rows = await sequelize.query<{ readonly key: string }>(
        `SELECT "key" FROM unnest($1::text[]) AS k ("key")
          WHERE NOT EXISTS (SELECT FROM "Uploads" AS u WHERE u."key" = k."key")
          AND NOT ${isShown('k."key"')}`,
        { bind: [[...keys]], type: QueryTypes.SELECT },
      );
      return rows.map(({ key }) => key);
    },
    async remove(keys) {
      await uploads.destroy({ where: { key: [...keys] } });
    },
  };
}
