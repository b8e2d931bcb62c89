import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { serviceEndpoint } from "./endpoint.ts";
import { Patience } from "./patience.ts";

interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** `forceRefresh` for credentials that were refused as expired although they should still be good. */
export type Credentials = (options?: { readonly forceRefresh?: boolean }) => Promise<TemporaryCredentials>;

const audience = "sts.amazonaws.com";

/** For how long STS is asked; GitHub's token is good for five minutes. */
const tokenSeconds = 60;

const cached = new Map<string, Credentials>();

/**
 * Credentials of a role, by this job's OIDC token; they stay in this process. Several clients of one role share them, and
 * the SDK asks again before they expire, so a deploy may outlive one session.
 * Throws `MissingIdTokenPermission`, `ServiceUnavailable` when GitHub or STS stays away, or `RoleNotAssumable` with the
 * claims that the role's trust policy must allow.
 */
export function webIdentityCredentials(role: string, region: string, context: ActionContext): Credentials {
  const known = cached.get(role);
  if (known) return known;
  let current: Promise<TemporaryCredentials> | undefined;
  const provider: Credentials = async ({ forceRefresh = false } = {}) => {
    const held = await current?.catch(() => undefined);
    const fresh =
      !forceRefresh &&
      held?.expiration &&
      held.expiration.getTime() - context.clock.now().getTime() > 5 * 60_000;
    if (!fresh) current = assumeRole(role, region, context);
    return current as Promise<TemporaryCredentials>;
  };
  cached.set(role, provider);
  return provider;
}

async function assumeRole(
  role: string,
  region: string,
  context: ActionContext,
): Promise<TemporaryCredentials> {
  const token = await requestToken(context);
  const { run } = context;
  const endpoint = serviceEndpoint(context.env, "STS");
  try {
    const credentials = await fromWebToken({
      roleArn: role,
      // 2 to 64 characters of [\w+=,.@-]: what CloudTrail shows beside each call.
      roleSessionName: `${run.repository}-${run.runId}-${run.runAttempt}`
        .replace(/[^\w+=,.@-]/g, "-")
        .slice(0, 64),
      webIdentityToken: token,
      durationSeconds: 3600,
      clientConfig: {
        region,
        retryStrategy: new Patience(tokenSeconds, context.signal),
        ...(endpoint === undefined ? {} : { endpoint }),
      },
    })();
    context.runner.mask(credentials.secretAccessKey);
    if (credentials.sessionToken) context.runner.mask(credentials.sessionToken);
    return credentials;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === undefined || status >= 500 || status === 429) {
      throw new ActionError(
        "ServiceUnavailable",
        `STS does not exchange this job's OIDC token for "${role}"`,
        {
          hint: "run the job again; if it stays, check AWS's status, the region and the endpoint",
          cause: error,
        },
      );
    }
    throw new ActionError("RoleNotAssumable", `could not assume "${role}" with this job's OIDC token`, {
      hint: "compare the token's claims below with the conditions of the role's trust policy; the subject is case-sensitive",
      details: { ...claimsOf(token), reason: explain(error) },
      cause: error,
    });
  }
}

async function requestToken({ run, runner, clock, signal, env }: ActionContext): Promise<string> {
  if (!env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    throw new ActionError("MissingIdTokenPermission", `job "${run.job}" may not ask for an OIDC token`, {
      hint: "add `permissions: id-token: write` to the job; pull requests from forks never get one",
    });
  }
  // The toolkit asks again after a 5xx answer, but not after a connection that broke.
  for (let tries = 1; ; tries++) {
    try {
      return await runner.idToken(audience);
    } catch (error) {
      signal.throwIfAborted();
      if (tries === 4) {
        throw new ActionError("ServiceUnavailable", "GitHub gives this job no OIDC token", {
          hint: "run the job again; see https://www.githubstatus.com",
          cause: error,
        });
      }
      await clock.sleep(250 * 2 ** tries, signal);
    }
  }
}

/** The claims a trust policy can test, of a token's payload; the token itself is never shown. */
function claimsOf(token: string): Record<string, string> {
  const payload = token.split(".")[1] ?? "";
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
  const shown = ["sub", "aud", "iss", "environment", "ref"].filter((name) => claims[name] !== undefined);
  return Object.fromEntries(shown.map((name) => [`token ${name}`, String(claims[name])]));
}
