import { type Transaction, UniqueConstraintError } from "sequelize";
import type { Database } from "../database/database.ts";

export interface StoredUser {
  readonly email: string;
  readonly passwordHash: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UserRepository {
  find(email: string): Promise<StoredUser | undefined>;
  /**
   * False when there is a user of that e-mail already. `together` is part of the same transaction: when it throws, there is
   * no new user.
   */
  insert(
    user: { readonly email: string; readonly passwordHash: string },
    together: (transaction: Transaction) => Promise<void>,
  ): Promise<boolean>;
}

const findUser = {
  name: "find-user",
  text: 'SELECT "email", "passwordHash", "createdAt", "updatedAt" FROM "Users" WHERE "email" = $1',
};

export function createUserRepository(database: Database): UserRepository {
  return {
    async find(email) {
      const [user] = await database.prepared<StoredUser>(findUser, [email]);
      return user;
    },
    async insert(user, together) {
      try {
        await database.sequelize.transaction(async (transaction) => {
          await database.users.create({ ...user }, { transaction });
          await together(transaction);
        });
        return true;
      } catch (error) {
        if (error instanceof UniqueConstraintError) return false;
        throw error;
      }
    },
  };
}
