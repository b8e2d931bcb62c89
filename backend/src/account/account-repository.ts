import { QueryTypes, type Transaction } from "sequelize";
import type { Database } from "../database/database.ts";

export interface AccountRepository {
  rename(email: string, name: string | null): Promise<void>;
  /** False where the password was changed by somebody else meanwhile. */
  changePassword(email: string, change: { readonly from: string; readonly to: string }): Promise<boolean>;
  /**
   * Deletes the account with all its posts. Resolves with the keys of its photos, undefined where the password was changed or
   * the account deleted meanwhile. The rows of its uploads stay until they expire, without the address: what still arrives
   * at theirs goes with them.
   */
  remove(email: string, passwordHash: string): Promise<string[] | undefined>;
}

export function createAccountRepository({ users, sequelize }: Database): AccountRepository {
  return {
    async rename(email, name) {
      await users.update({ name }, { where: { email } });
    },
    async changePassword(email, { from, to }) {
      const [changed] = await users.update({ passwordHash: to }, { where: { email, passwordHash: from } });
      return changed > 0;
    },
    remove: (email, passwordHash) =>
      sequelize.transaction(async (transaction) => {
        // First: from here on nobody posts as this person, and whoever is posting just now is waited for.
        const removed = await users.destroy({ where: { email, passwordHash }, transaction });
        return removed === 0 ? undefined : await removePhotos(email, transaction);
      }),
  };

  async function removePhotos(email: string, transaction: Transaction): Promise<string[]> {
    const keysOf = async (statement: string): Promise<string[]> => {
      const rows = await sequelize.query<{ readonly key: string | null }>(statement, {
        bind: [email],
        type: QueryTypes.SELECT,
        transaction,
      });
      return rows.flatMap(({ key }) => key ?? []);
    };
    const shown = await keysOf(
      `WITH gone AS (DELETE FROM "FeedItems" WHERE "owner" = $1 RETURNING "url", "preview")
        SELECT "url" AS "key" FROM gone UNION SELECT "preview" FROM gone`,
    );
    const uploaded = await keysOf(`UPDATE "Uploads" SET "owner" = '' WHERE "owner" = $1 RETURNING "key"`);
    return [...new Set([...shown, ...uploaded])];
  }
}
