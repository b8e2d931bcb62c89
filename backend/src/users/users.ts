import type { AccountLimits } from "../limits/account-limits.ts";
import type { Limits } from "../limits/limits.ts";
import type { Passwords } from "./password.ts";
import type { Tokens } from "./tokens.ts";
import type { UserRepository } from "./user-repository.ts";

export type Registration =
  | { readonly kind: "registered"; readonly token: string }
  | { readonly kind: "exists" };

export type Login =
  | { readonly kind: "welcome"; readonly token: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "wrong-password" };

/** What anyone signed in may know of a user: never the hash. */
export interface PublicUser {
  readonly email: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Someone who is not known yet: what is said, and from which subscriber's network address. */
export interface Stranger {
  readonly email: string;
  readonly password: string;
  readonly address: string;
}

/** Both throw `LimitReached`. */
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
    await limits.check(failuresPerAccount, email);
    await limits.check(failuresPerAddress, address);
  };
  const countFailure = async ({ email, address }: Stranger): Promise<void> => {
    await limits.count(failuresPerAccount, email);
    await limits.count(failuresPerAddress, address);
  };

  return {
    async register({ email, password, address }) {
      // The unique key decides. Looking first only saves the hash, above all when many register one address at once.
      const guard = async () => {
        if (await repository.find(email)) throw new AlreadyThere();
      };
      const count = limits.count.bind(limits, registrationsPerAddress, address);
      try {
        await guard();
        await limits.check(registrationsPerAddress, address);
        const passwordHash = await passwords.hash(password, guard);
        if (!(await repository.insert({ email, passwordHash }, count))) return { kind: "exists" };
      } catch (error) {
        if (error instanceof AlreadyThere) return { kind: "exists" };
        throw error;
      }
      return { kind: "registered", token: await tokens.issue(email) };
    },
    async logIn(stranger) {
      // Checked again right before the hash: of many guesses sent at once, all would otherwise pass here before one fails.
      const guard = () => refuseGuessing(stranger);
      await guard();
      const user = await repository.find(stranger.email);
      const right =
        user !== undefined && (await passwords.verify(stranger.password, user.passwordHash, guard));
      if (!right) {
        await countFailure(stranger);
        return { kind: user === undefined ? "unknown" : "wrong-password" };
      }
      return { kind: "welcome", token: await tokens.issue(stranger.email) };
    },
    async find(email) {
      const user = await repository.find(email);
      return user && { email: user.email, createdAt: user.createdAt, updatedAt: user.updatedAt };
    },
  };
}
