import { UniqueConstraintError } from "sequelize";
import type { Database } from "../database/database.ts";
import { spelling } from "./email.ts";

export interface StoredUser {
  readonly email: string;
  readonly passwordHash: string;
  /** What the person wants to be called. */
  readonly name: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UserRepository {
  /**
   * The user of that e-mail in any spelling. Two people may have registered with spellings of one address when these still
   * counted as two: then the one of this very spelling, else the one who was there first.
   */
  find(email: string): Promise<StoredUser | undefined>;
  /** The user of that e-mail in this very spelling, as tokens and posts have it. */
  findExactly(email: string): Promise<StoredUser | undefined>;
  /** False when there is a user of that e-mail already. */
  insert(user: Pick<StoredUser, "email" | "passwordHash" | "name">): Promise<boolean>;
}

const columns = '"email", "passwordHash", "name", "createdAt", "updatedAt"';

const findUser = {
  name: "find-user",
  text: `SELECT ${columns} FROM "Users"
    WHERE lower("email") = $2 ORDER BY "email" = $1 DESC, "createdAt", "email" LIMIT 1`,
};
const findExactly = {
  name: "find-user-exactly",
  text: `SELECT ${columns} FROM "Users" WHERE "email" = $1`,
};

export function createUserRepository(database: Database): UserRepository {
  return {
    async find(email) {
      const [user] = await database.prepared<StoredUser>(findUser, [email, spelling(email)]);
      return user;
    },
    async findExactly(email) {
      const [user] = await database.prepared<StoredUser>(findExactly, [email]);
      return user;
    },
    async insert(user) {
      try {
        await database.users.create({ ...user });
        return true;
      } catch (error) {
        if (error instanceof UniqueConstraintError) return false;
        throw error;
      }
    },
  };
}
