import type { AccountLimits } from "../limits/account-limits.ts";
import type { Limits } from "../limits/limits.ts";
import { spelling } from "./email.ts";
import type { Passwords } from "./password.ts";
import type { Claimant, PasswordCheck } from "./password-check.ts";
import type { Tokens } from "./tokens.ts";
import type { UserRepository } from "./user-repository.ts";

export type Registration =
  | { readonly kind: "registered"; readonly token: string; readonly email: string }
  | { readonly kind: "exists" };

export type Login =
  | { readonly kind: "welcome"; readonly token: string; readonly email: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong-password" };

/** What anyone signed in may know of a user: never the hash. */
export interface PublicUser {
  readonly email: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Somebody who registers, and what to call them. */
export interface Newcomer extends Claimant {
  readonly name: string | null;
}

/** An e-mail address counts in any spelling. `register` and `logIn` throw `LimitReached`, `QueueFull` and `ClientLeft`. */
export interface Users {
  register(newcomer: Newcomer): Promise<Registration>;
  logIn(claimant: Claimant): Promise<Login>;
  find(email: string): Promise<PublicUser | undefined>;
}

class AlreadyThere extends Error {}

export function createUsers(parts: {
  readonly repository: UserRepository;
  readonly passwords: Passwords;
  readonly passwordCheck: PasswordCheck;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly accountLimits: AccountLimits;
}): Users {
  const { repository, passwords, passwordCheck, tokens, limits } = parts;
  const { registrationsPerAddress } = parts.accountLimits;
  const oneByOne = perSubject();

  /**
   * Takes a place below the limit before it waits for its hash, and gives it back where there is no new user. Resolves with
   * the new user's hash.
   */
  const insertNew = async (
    email: string,
    { password, name, ...asker }: Newcomer,
  ): Promise<string | undefined> => {
    // The unique key decides. Looking before only saves the hash.
    const guard = async () => {
      if (await repository.find(email)) throw new AlreadyThere();
    };
    await guard();
    await limits.count(registrationsPerAddress, asker.address);
    let isNew = false;
    try {
      const passwordHash = await passwords.hash(password, asker, guard);
      isNew = await repository.insert({ email, passwordHash, name });
      return isNew ? passwordHash : undefined;
    } finally {
      if (!isNew) await limits.giveBack(registrationsPerAddress, asker.address);
    }
  };

  return {
    async register(newcomer) {
      const email = spelling(newcomer.email);
      try {
        const passwordHash = await oneByOne(email, () => insertNew(email, newcomer));
        if (passwordHash === undefined) return { kind: "exists" };
        return { kind: "registered", token: await tokens.issue(email, passwordHash), email };
      } catch (error) {
        if (error instanceof AlreadyThere) return { kind: "exists" };
        throw error;
      }
    },
    async logIn(claimant) {
      await passwordCheck.refuseGuessing(claimant);
      const user = await repository.find(claimant.email);
      const isRight = await passwordCheck.isRight(claimant, user?.passwordHash);
      if (user === undefined) return { kind: "unknown" };
      if (!isRight) return { kind: "wrong-password" };
      return { kind: "welcome", token: await tokens.issue(user.email, user.passwordHash), email: user.email };
    },
    async find(email) {
      const user = await repository.find(email);
      return user && { email: user.email, createdAt: user.createdAt, updatedAt: user.updatedAt };
    },
  };
}

/** Runs works of one subject one after the other: of many who register one address at once, the first alone takes a hash. */
function perSubject(): <T>(subject: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<unknown>>();
  return async (subject, work) => {
    for (let before = running.get(subject); before; before = running.get(subject)) {
      await before.catch(() => undefined);
    }
    const mine = work();
    running.set(subject, mine);
    try {
      return await mine;
    } finally {
      running.delete(subject);
    }
  };
}
