import type { Config } from "../config.ts";
import type { Limit } from "./limits.ts";

/** What is limited about accounts. */
export interface AccountLimits {
  readonly failuresPerAccount: Limit;
  readonly failuresPerAddress: Limit;
  readonly registrationsPerAddress: Limit;
}

export function accountLimits(most: Config["limits"]): AccountLimits {
  const quarter = 15 * 60;
  return {
    failuresPerAccount: { name: "login-account", most: most.loginFailuresPerAccount, windowSeconds: quarter },
    failuresPerAddress: { name: "login-address", most: most.loginFailuresPerAddress, windowSeconds: quarter },
    registrationsPerAddress: {
      name: "registration",
      most: most.registrationsPerAddress,
      windowSeconds: 60 * 60,
    },
  };
}
