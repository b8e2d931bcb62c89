import type { AccountLimits } from "../limits/account-limits.ts";
import type { Limits } from "../limits/limits.ts";
import { spelling } from "./email.ts";
import type { Asker, Passwords } from "./password.ts";
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

/** Someone who is not known yet: what is said, and from which subscriber's network address. */
export interface Stranger extends Asker {
  readonly email: string;
  readonly password: string;
}

/** An e-mail address counts in any spelling. `register` and `logIn` throw `LimitReached`, `QueueFull` and `ClientLeft`. */
export interface Users {
  register(stranger: Stranger): Promise<Registration>;
  logIn(stranger: Stranger): Promise<Login>;
  find(email: string): Promise<PublicUser | undefined>;
}

class AlreadyThere extends Error {}

export function createUsers(parts: {
  readonly repository: UserRepository;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly accountLimits: AccountLimits;
}): Users {
  const { repository, passwords, tokens, limits } = parts;
  const { failuresPerAccount, failuresPerAddress, registrationsPerAddress } = parts.accountLimits;

  const refuseGuessing = async ({ email, address }: Stranger): Promise<void> => {
    await limits.check(failuresPerAccount, spelling(email));
    await limits.check(failuresPerAddress, address);
  };
  const countFailure = async ({ email, address }: Stranger): Promise<void> => {
    await limits.count(failuresPerAccount, spelling(email));
    await limits.count(failuresPerAddress, address);
  };
  const oneByOne = perSubject();

  /** Takes a place below the limit before it waits for its hash, and gives it back where there is no new user. */
  const insertNew = async (email: string, { password, ...asker }: Stranger): Promise<boolean> => {
    // The unique key decides. Looking before only saves the hash.
    const guard = async () => {
      if (await repository.find(email)) throw new AlreadyThere();
    };
    await guard();
    await limits.count(registrationsPerAddress, asker.address);
    let isNew = false;
    try {
      const passwordHash = await passwords.hash(password, asker, guard);
      isNew = await repository.insert({ email, passwordHash });
      return isNew;
    } finally {
      if (!isNew) await limits.giveBack(registrationsPerAddress, asker.address);
    }
  };

  return {
    async register(stranger) {
      const email = spelling(stranger.email);
      try {
        if (!(await oneByOne(email, () => insertNew(email, stranger)))) return { kind: "exists" };
      } catch (error) {
        if (error instanceof AlreadyThere) return { kind: "exists" };
        throw error;
      }
      return { kind: "registered", token: await tokens.issue(email), email };
    },
    async logIn(stranger) {
      // Checked again right before the hash: of many guesses sent at once, all would otherwise pass here before one fails.
      const guard = () => refuseGuessing(stranger);
      await guard();
      const user = await repository.find(stranger.email);
      const { password, address, signal } = stranger;
      const asker = { address, ...(signal ? { signal } : {}) };
      if (user === undefined || !(await passwords.verify(password, user.passwordHash, asker, guard))) {
        await countFailure(stranger);
        return { kind: user === undefined ? "unknown" : "wrong-password" };
      }
      return { kind: "welcome", token: await tokens.issue(user.email), email: user.email };
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
