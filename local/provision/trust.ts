import type { Iam } from "../aws/iam/iam.ts";
import type { GitHub } from "../github/server/server.ts";

/** The repository whose pipeline-*.yml the workflows call, and the ref of it as tokens have it. */
export interface Pipeline {
  /** owner/name */
  readonly repository: string;
  /** refs/heads/…, refs/tags/… or a commit. */
  readonly ref: string;
}

/** The trust policies of roles, as `infrastructure/environment.yml` has them. */
export interface Trust {
  /** For jobs of the environment, in the pipeline's deploys and rollbacks, on the default branch. */
  environment(name: string): object;
  /** For the pipeline's jobs of pull requests. */
  pullRequests(): object;
}

/** Lets the account trust this repository's OIDC tokens. */
export function provisionTrust(
  iam: Iam,
  github: Pick<GitHub, "oidcIssuer" | "subjectPrefix" | "repository" | "repositoryId">,
  { pipeline, branch }: { readonly pipeline: Pipeline; readonly branch: string },
): Trust {
  const { arn: provider } = iam.putOidcProvider({
    url: github.oidcIssuer,
    audiences: ["sts.amazonaws.com"],
  });
  // IAM names a provider, and the keys of its claims, by the issuer without its scheme.
  const issuer = provider.slice(provider.indexOf("/") + 1);
  const keyed = (claims: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]));
  const policy = (
    subject: string,
    equal: Readonly<Record<string, string>>,
    alike: Readonly<Record<string, string | readonly string[]>>,
  ) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: keyed({
            aud: "sts.amazonaws.com",
            sub: `${github.subjectPrefix}:${subject}`,
            repository_id: String(github.repositoryId),
            ...equal,
          }),
          StringLike: keyed(alike),
        },
      },
    ],
  });
  const workflow = (name: string, ref = pipeline.ref): string =>
    `${pipeline.repository}/.github/workflows/pipeline-${name}.yml@${ref}`;
  return {
    environment: (environment) =>
      policy(
        `environment:${environment}`,
        { environment },
        { ref: `refs/heads/${branch}`, job_workflow_ref: [workflow("deploy"), workflow("rollback")] },
      ),
    pullRequests: () => {
      // Its own workflows run as the merge of the pull request has them.
      const ref = pipeline.repository === github.repository ? "refs/pull/*/merge" : pipeline.ref;
      return policy("pull_request", {}, { job_workflow_ref: workflow("pull-request", ref) });
    },
  };
}
