import type { Logger } from "pino";
import type { Uploads } from "../uploads/uploads.ts";
import type { Passwords } from "../users/password.ts";
import type { Claimant, PasswordCheck } from "../users/password-check.ts";
import type { Tokens } from "../users/tokens.ts";
import type { UserRepository } from "../users/user-repository.ts";
import type { AccountRepository } from "./account-repository.ts";

/** What people see of their own account. */
export interface OwnAccount {
  readonly email: string;
  readonly name: string | null;
  readonly createdAt: Date;
}

export type PasswordChange =
  | { readonly kind: "changed"; readonly token: string }
  | { readonly kind: "wrong-password" };

/**
 * What signed-in people do to their own account. What needs the password counts wrong ones as a login does; `changePassword`
 * and `close` throw `LimitReached`, `QueueFull` and `ClientLeft`.
 */
export interface Account {
  /** Undefined where it was deleted meanwhile. */
  find(email: string): Promise<OwnAccount | undefined>;
  rename(email: string, name: string | null): Promise<OwnAccount | undefined>;
  /** Every token that was issued before ends with it. */
  changePassword(claimant: Claimant, newPassword: string): Promise<PasswordChange>;
  /** Deletes the account, its posts and its photos. */
  close(claimant: Claimant): Promise<"closed" | "wrong-password">;
}

export function createAccount(parts: {
  readonly repository: AccountRepository;
  readonly users: Pick<UserRepository, "findExactly">;
  readonly uploads: Pick<Uploads, "releaseAll">;
  readonly passwords: Pick<Passwords, "hash">;
  readonly passwordCheck: PasswordCheck;
  readonly tokens: Pick<Tokens, "issue">;
  readonly logger: Logger;
}): Account {
  const { repository, users, uploads, passwords, passwordCheck, tokens, logger } = parts;

  const find = async (email: string): Promise<OwnAccount | undefined> => {
    const user = await users.findExactly(email);
    return user && { email: user.email, name: user.name, createdAt: user.createdAt };
  };
  /** The hash that the password was compared with; undefined where it is wrong. */
  const provenHash = async (claimant: Claimant): Promise<string | undefined> => {
    await passwordCheck.refuseGuessing(claimant);
    const passwordHash = (await users.findExactly(claimant.email))?.passwordHash;
    return (await passwordCheck.isRight(claimant, passwordHash)) ? passwordHash : undefined;
  };
  return {
    find,
    async rename(email, name) {
      await repository.rename(email, name);
      return await find(email);
    },
    async changePassword(claimant, newPassword) {
      const from = await provenHash(claimant);
      if (from === undefined) return { kind: "wrong-password" };
      const { email, address, signal } = claimant;
      const to = await passwords.hash(newPassword, { address, ...(signal ? { signal } : {}) });
      if (!(await repository.changePassword(email, { from, to }))) return { kind: "wrong-password" };
      return { kind: "changed", token: await tokens.issue(email, to) };
    },
    async close(claimant) {
      const passwordHash = await provenHash(claimant);
      const photos = passwordHash && (await repository.remove(claimant.email, passwordHash));
      if (!photos) return "wrong-password";
      await uploads.releaseAll(photos).catch((error: unknown) => {
        logger.warn({ error }, "photos of a deleted account stay until uploads expire");
      });
      return "closed";
    },
  };
}
