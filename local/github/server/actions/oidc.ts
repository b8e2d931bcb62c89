import { randomBytes, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { JobIdentity } from "../../runner-services.ts";
import { fullName, type Identity } from "../identity.ts";
import { JsonFile } from "../state/json-file.ts";

/** What a token says beside its job: facts of the run that a job does not carry. */
interface RunFacts {
  readonly headRef: string;
  readonly baseRef: string;
  readonly checkRunId: number;
}

const algorithm = "RS256";
const lifetimeSeconds = 300;

/**
 * GitHub's OIDC issuer: tokens for jobs that may have one, each asked for with the job's own request token.
 * https://docs.github.com/actions/reference/security/oidc
 */
export class OidcIssuer {
  readonly issuer: string;
  readonly #identity: Identity;
  readonly #key: JWK;
  readonly #now: () => Date;
  readonly #grants = new Map<string, { readonly job: JobIdentity; readonly facts: RunFacts }>();

  private constructor(identity: Identity, key: JWK, now: () => Date) {
    this.issuer = `${identity.server}/_services/token`;
    this.#identity = identity;
    this.#key = key;
    this.#now = now;
  }

  /** The issuer with its signing key, which is made once and readable by nobody else. */
  static async open(keyFile: string, identity: Identity, now: () => Date): Promise<OidcIssuer> {
    const stored = new JsonFile<JWK | undefined>(keyFile, undefined, 0o600);
    if (stored.value === undefined) {
      const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
      const key = await exportJWK(privateKey);
      stored.set({ ...key, kid: await calculateJwkThumbprint(key), use: "sig", alg: algorithm });
    }
    return new OidcIssuer(identity, stored.value as unknown as JWK, now);
  }

  /** Where the job asks for tokens, and with what. The address ends in a query, since clients append `&audience=`. */
  grant(job: JobIdentity, facts: RunFacts): { readonly url: string; readonly token: string; revoke(): void } {
    const token = randomBytes(32).toString("hex");
    this.#grants.set(token, { job, facts });
    const url = `${this.#identity.server}/_services/pipelines/oidctoken?api-version=2.0`;
    return { url, token, revoke: () => void this.#grants.delete(token) };
  }

  /** A token for the audience; undefined when the request token is not, or no longer, good. */
  async sign(requestToken: string, audience: string | undefined): Promise<string | undefined> {
    const grant = this.#grants.get(requestToken);
    if (grant === undefined) return undefined;
    const seconds = Math.floor(this.#now().getTime() / 1000);
    return new SignJWT(claimsOf(this.#identity, grant.job, grant.facts))
      .setProtectedHeader({ typ: "JWT", alg: algorithm, kid: this.#key.kid as string })
      .setIssuer(this.issuer)
      .setSubject(subjectOf(this.#identity, grant.job))
      .setAudience(audience ?? `${this.#identity.server}/${this.#identity.owner}`)
      .setJti(randomUUID())
      .setIssuedAt(seconds)
      .setNotBefore(seconds - 5)
      .setExpirationTime(seconds + lifetimeSeconds)
      .sign(await importJWK(this.#key, algorithm));
  }

  configuration(): Readonly<Record<string, unknown>> {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks`,
      subject_types_supported: ["public", "pairwise"],
      response_types_supported: ["id_token"],
      claims_supported: claimNames,
      id_token_signing_alg_values_supported: [algorithm],
      scopes_supported: ["openid"],
    };
  }

  keys(): { readonly keys: readonly JWK[] } {
    const { kty, n, e, kid, use, alg } = this.#key;
    return { keys: [{ kty, n, e, kid, use, alg } as JWK] };
  }
}

/**
 * The subject in the immutable form that repositories made after 2026-07-15 have: names with their ids, then what the
 * job runs for.
 */
function subjectOf(identity: Identity, job: JobIdentity): string {
  const prefix = subjectPrefix(identity);
  if (job.environment !== undefined) return `${prefix}:environment:${job.environment.replaceAll(":", "%3A")}`;
  if (job.run.event === "pull_request") return `${prefix}:pull_request`;
  return `${prefix}:ref:${job.run.ref}`;
}

export function subjectPrefix({ owner, ownerId, repository, repositoryId }: Identity): string {
  return `repo:${owner}@${ownerId}/${repository}@${repositoryId}`;
}

const claimNames = [
  "sub",
  "aud",
  "exp",
  "iat",
  "iss",
  "jti",
  "nbf",
  "ref",
  "sha",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "run_id",
  "run_number",
  "run_attempt",
  "repository_visibility",
  "actor",
  "actor_id",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "head_ref",
  "base_ref",
  "event_name",
  "ref_protected",
  "ref_type",
  "environment",
  "job_workflow_ref",
  "job_workflow_sha",
  "runner_environment",
  "check_run_id",
] as const;

function claimsOf(
  identity: Identity,
  { run, environment, workflowRef, workflowSha }: JobIdentity,
  facts: RunFacts,
): Record<string, string> {
  return {
    ref: run.ref,
    sha: run.sha,
    repository: fullName(identity),
    repository_id: String(identity.repositoryId),
    repository_owner: identity.owner,
    repository_owner_id: String(identity.ownerId),
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    repository_visibility: "private",
    actor: run.actor,
    actor_id: String(identity.actorId),
    workflow: run.workflow,
    workflow_ref: `${fullName(identity)}/${run.path}@${run.ref}`,
    workflow_sha: run.sha,
    head_ref: facts.headRef,
    base_ref: facts.baseRef,
    event_name: run.event,
    ref_protected: "false",
    ref_type: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ...(environment === undefined ? {} : { environment }),
    job_workflow_ref: workflowRef,
    job_workflow_sha: workflowSha,
    runner_environment: "self-hosted",
    check_run_id: String(facts.checkRunId),
  };
}
