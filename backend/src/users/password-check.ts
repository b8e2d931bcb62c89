import type { AccountLimits } from "../limits/account-limits.ts";
import type { Limits } from "../limits/limits.ts";
import { spelling } from "./email.ts";
import type { Asker, Passwords } from "./password.ts";

/** Somebody who says to be the owner of an account. */
export interface Claimant extends Asker {
  readonly email: string;
  readonly password: string;
}

/** Compares passwords, as often as the limits of an account and of a network address allow. */
export interface PasswordCheck {
  /** Throws `LimitReached` where too many were wrong. */
  refuseGuessing(claimant: Claimant): Promise<void>;
  /** False, and counted as a failure, where the hash is another password's or there is none. Throws as `Passwords` does, too. */
  isRight(claimant: Claimant, passwordHash: string | undefined): Promise<boolean>;
}

export function createPasswordCheck(parts: {
  readonly passwords: Pick<Passwords, "verify">;
  readonly limits: Pick<Limits, "check" | "count">;
  readonly accountLimits: AccountLimits;
}): PasswordCheck {
  const { passwords, limits } = parts;
  const { failuresPerAccount, failuresPerAddress } = parts.accountLimits;
  const refuseGuessing = async ({ email, address }: Claimant): Promise<void> => {
    await limits.check(failuresPerAccount, spelling(email));
    await limits.check(failuresPerAddress, address);
  };
  return {
    refuseGuessing,
    async isRight(claimant, passwordHash) {
      const { email, password, address, signal } = claimant;
      const asker = { address, ...(signal ? { signal } : {}) };
      // Checked again right before the hash: of many guesses sent at once, all would otherwise pass before one fails.
      const guard = () => refuseGuessing(claimant);
      if (passwordHash !== undefined && (await passwords.verify(password, passwordHash, asker, guard)))
        return true;
      await limits.count(failuresPerAccount, spelling(email));
      await limits.count(failuresPerAddress, address);
      return false;
    },
  };
}
