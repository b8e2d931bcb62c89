import { createHash } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";

/** Whom a token was issued for, and the mark of the password of then; tokens of earlier versions have none. */
export interface TokenClaims {
  readonly email: string;
  readonly mark?: string;
}

export interface Tokens {
  /** Without a hash, one that no change of the password ends. */
  issue(email: string, passwordHash?: string): Promise<string>;
  /** Undefined when it is forged, malformed or expired. */
  read(token: string): Promise<TokenClaims | undefined>;
}

/** HS256 tokens that hold `email`, `iat`, `exp` and `mark`. */
export function createTokens(options: { readonly secret: string; readonly lifetimeSeconds: number }): Tokens {
  const key = new TextEncoder().encode(options.secret);
  return {
    issue: (email, passwordHash) => {
      const now = Math.floor(Date.now() / 1000);
      const mark = passwordHash === undefined ? {} : { mark: passwordMark(passwordHash) };
      return new SignJWT({ email, ...mark })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuedAt(now)
        .setExpirationTime(now + options.lifetimeSeconds)
        .sign(key);
    },
    read: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp"] });
        const { email, mark } = payload;
        if (typeof email !== "string") return undefined;
        return typeof mark === "string" ? { email, mark } : { email };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/**
 * Changes with every password, also with the same one chosen again: the stored hash has a salt, without which nobody can try
 * passwords against the mark. No clock counts, unlike in a comparison of times.
 */
export function passwordMark(passwordHash: string): string {
  return createHash("sha256").update(passwordHash).digest("base64url").slice(0, 12);
}
