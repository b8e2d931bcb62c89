import { passwordMark, type Tokens } from "./tokens.ts";
import type { UserRepository } from "./user-repository.ts";

/** Who is signed in. */
export interface Sessions {
  /**
   * The e-mail of whom the token was issued for, for as long as that account is there and has the password of then: whoever
   * registers a deleted account's address is not met with its tokens.
   */
  emailOf(token: string): Promise<string | undefined>;
}

export function createSessions(
  tokens: Pick<Tokens, "read">,
  repository: Pick<UserRepository, "findExactly">,
): Sessions {
  return {
    async emailOf(token) {
      const claims = await tokens.read(token);
      const user = claims && (await repository.findExactly(claims.email));
      if (user === undefined) return undefined;
      const isOfThen = claims?.mark === undefined || claims.mark === passwordMark(user.passwordHash);
      return isOfThen ? user.email : undefined;
    },
  };
}
