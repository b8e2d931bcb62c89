import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { type Iam, issuerName } from "../iam/iam.ts";
import type { OidcProvider } from "../iam/identities.ts";
import { AwsError, type ConditionValues } from "../service.ts";

/** Whom a verified token stands for, as a trust policy sees it. */
export interface WebIdentity {
  readonly subject: string;
  readonly audience: string;
  readonly providerArn: string;
  /** `<issuer without scheme>:<claim>` for every claim that STS makes a condition key of. */
  readonly conditions: ConditionValues;
}

/**
 * Verifies an OIDC token with the keys of its issuer, which the account must trust. Throws STS's InvalidIdentityToken,
 * ExpiredTokenException or IDPCommunicationError.
 */
export async function identify(token: string, iam: Iam, now: Date): Promise<WebIdentity> {
  const claimed = decode(token);
  const provider = claimed.iss === undefined ? undefined : iam.provider(claimed.iss);
  if (provider === undefined) {
    throw invalid(
      `No OpenIDConnect provider found in your account for ${claimed.iss ?? "a token without issuer"}`,
    );
  }
  const claims = await verify(token, provider, now);
  const audiences = [claims.aud ?? []].flat();
  const audience = audiences.find((one) => provider.audiences.includes(one));
  if (audience === undefined) throw invalid("Incorrect token audience");
  if (claims.sub === undefined || claims.exp === undefined || claims.iat === undefined) {
    throw invalid("Missing a required claim: sub, exp and iat are needed");
  }
  return {
    subject: claims.sub,
    audience,
    providerArn: provider.arn,
    conditions: {
      ...conditionsOf(claims, issuerName(provider.url)),
      [`${issuerName(provider.url)}:aud`]: audience,
    },
  };
}

function decode(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalid(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
}

async function verify(token: string, provider: OidcProvider, now: Date): Promise<JWTPayload> {
  const keys = await fetchKeys(provider);
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: provider.url,
      algorithms: ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
      currentDate: now,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new AwsError(
        "ExpiredTokenException",
        400,
        `Token expired: current date/time ${Math.floor(now.getTime() / 1000)} must be before the expiration date/time ${error.payload.exp}`,
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw invalid(`The token's claim "${error.claim}" does not hold: ${error.message}`);
    }
    throw invalid(
      "Couldn't retrieve verification key from your identity provider, or the token's signature does not match it",
    );
  }
}

async function fetchKeys(provider: OidcProvider): Promise<JSONWebKeySet> {
  const base = (provider.servedAt ?? provider.url).replace(/\/$/, "");
  try {
    const configuration = (await fetchJson(`${base}/.well-known/openid-configuration`)) as {
      issuer?: unknown;
      jwks_uri?: unknown;
    };
    if (configuration.issuer !== provider.url) {
      throw new Error(`the configuration names the issuer ${JSON.stringify(configuration.issuer)}`);
    }
    return (await fetchJson(String(configuration.jwks_uri))) as JSONWebKeySet;
  } catch (error) {
    throw new AwsError(
      "IDPCommunicationError",
      400,
      `Failed to get the verification keys of ${provider.url}: ${(error as Error).message}`,
    );
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "error" });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

/**
 * Of any token `aud`, `sub` and `amr`; of GitHub's these as well, since January 2026; a condition on any other claim finds nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const conditionKeys = [
  "aud",
  "sub",
  "amr",
  "actor",
  "actor_id",
  "enterprise_id",
  "environment",
  "job_workflow_ref",
  "ref",
  "repository",
  "repository_id",
  "workflow",
];

function conditionsOf(claims: JWTPayload, issuer: string): ConditionValues {
  const values: Record<string, string | readonly string[]> = {};
  for (const name of conditionKeys) {
    const claim = claims[name];
    if (typeof claim === "string" || typeof claim === "number" || typeof claim === "boolean") {
      values[`${issuer}:${name}`] = String(claim);
    } else if (Array.isArray(claim)) {
      values[`${issuer}:${name}`] = claim.map(String);
    }
  }
  return values;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidIdentityToken", 400, message);
}
