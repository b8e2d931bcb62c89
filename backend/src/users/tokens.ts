import { errors, jwtVerify, SignJWT } from "jose";

export interface Tokens {
  issue(email: string): Promise<string>;
  /** The e-mail that a token was issued for; undefined when it is forged, malformed or expired. */
  emailOf(token: string): Promise<string | undefined>;
}

/** HS256 tokens that hold `email`, `iat` and `exp`. */
export function createTokens(options: { readonly secret: string; readonly lifetimeSeconds: number }): Tokens {
  const key = new TextEncoder().encode(options.secret);
  return {
    issue: (email) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ email })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setIssuedAt(now)
        .setExpirationTime(now + options.lifetimeSeconds)
        .sign(key);
    },
    emailOf: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"], requiredClaims: ["exp"] });
        return typeof payload.email === "string" ? payload.email : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
