import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { QueryTypes } from "sequelize";
import type { Database } from "../database/database.ts";

/** So many events per window of time. The window begins with its first event. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  readonly windowSeconds: number;
}

/** Over a limit, for so many seconds more. */
export class LimitReached extends Error {
  readonly retryAfterSeconds: number;

  constructor(limit: Limit, retryAfterSeconds: number) {
    super(`limit ${limit.name} is reached`);
    this.name = "LimitReached";
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
  }
}

/** Counters in PostgreSQL, so that they hold across instances. */
export interface Limits {
  /** Throws `LimitReached` when there were `most` events already. Counts nothing. */
  check(limit: Limit, subject: string): Promise<void>;
  /** Counts one event, or throws `LimitReached` when there were `most` already. */
  count(limit: Limit, subject: string): Promise<void>;
  /** Takes one event back that was counted before it was sure. */
  giveBack(limit: Limit, subject: string): Promise<void>;
  /** Deletes counters whose window has ended. */
  expire(): Promise<void>;
}

export function createLimits({ sequelize, prepared }: Database): Limits {
  const remaining = {
    name: "limit-remaining",
    text: `SELECT extract(epoch FROM "endsAt" - now())::float8 AS "seconds" FROM "Limits"
      WHERE "key" = $1 AND "count" >= $2 AND "endsAt" > now()`,
  };
  const reached = async (limit: Limit, subject: string): Promise<number | undefined> => {
    const [row] = await prepared<{ readonly seconds: number }>(remaining, [
      keyOf(limit, subject),
      limit.most,
    ]);
    return row?.seconds;
  };
  return {
    async check(limit, subject) {
      const seconds = await reached(limit, subject);
      if (seconds !== undefined) throw new LimitReached(limit, seconds);
    },
    async count(limit, subject) {
      // One statement, so that two instances cannot both take the last place. No row comes back when there was none.
      const counted = await sequelize.query(
        `INSERT INTO "Limits" AS l ("key", "count", "endsAt") VALUES ($1, 1, now() + make_interval(secs => $2))
          ON CONFLICT ("key") DO UPDATE SET
            "count" = CASE WHEN l."endsAt" <= now() THEN 1 ELSE l."count" + 1 END,
            "endsAt" = CASE WHEN l."endsAt" <= now() THEN excluded."endsAt" ELSE l."endsAt" END
          WHERE l."endsAt" <= now() OR l."count" < $3
          RETURNING "count"`,
        { bind: [keyOf(limit, subject), limit.windowSeconds, limit.most], type: QueryTypes.SELECT },
      );
      if (counted.length === 0) {
        throw new LimitReached(limit, (await reached(limit, subject)) ?? limit.windowSeconds);
      }
    },
    async giveBack(limit, subject) {
      await sequelize.query(
        'UPDATE "Limits" SET "count" = "count" - 1 WHERE "key" = $1 AND "count" > 0 AND "endsAt" > now()',
        { bind: [keyOf(limit, subject)] },
      );
    },
    async expire() {
      await sequelize.query('DELETE FROM "Limits" WHERE "endsAt" <= now()');
    },
  };
}

/** Subjects are addresses of people and machines: the table holds only what recognises them. */
function keyOf(limit: Limit, subject: string): string {
  return `${limit.name}:${createHash("sha256").update(subject).digest("base64url")}`;
}

/** What of a network address is one subscriber's: all of an IPv4 address, the first 64 bits of an IPv6 one. */
export function subscriberOf(address: string | undefined): string {
  const plain = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
