import type { AwsServer } from "./aws/server.ts";
import type { GitHub } from "./github/server/server.ts";
import { names } from "./provision.ts";

const bucketArns = (name: string): string[] => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];

const allow = (actions: readonly string[], resources: readonly string[]): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: resources }],
});

/** Roles that only this repository's jobs can assume: one deploys in the environment, one plans for pull requests. */
export function provisionRoles(aws: AwsServer, github: GitHub): { deploy: string; plan: string } {
  const { arn: provider } = aws.iam.putOidcProvider({
    url: github.oidcIssuer,
    audiences: ["sts.amazonaws.com"],
  });
  // IAM names a provider, and the keys of its claims, by the issuer without its scheme.
  const issuer = provider.slice(provider.indexOf("/") + 1);
  const trust = (subject: string): object => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `${github.subjectPrefix}:${subject}`,
          },
        },
      },
    ],
  });
  const deploy = aws.iam.putRole({
    name: names.deployRole,
    trustPolicy: trust(`environment:${names.environment}`),
    policies: {
      releases: allow(["s3:*"], [...bucketArns(names.artifacts), ...bucketArns(names.site)]),
      deploys: allow(["elasticbeanstalk:*"], ["*"]),
    },
  });
  const plan = aws.iam.putRole({
    name: names.planRole,
    trustPolicy: trust("pull_request"),
    policies: { releases: allow(["s3:GetObject", "s3:ListBucket"], bucketArns(names.artifacts)) },
  });
  return { deploy: deploy.arn, plan: plan.arn };
}

// EC2 hands out fresh credentials every few hours; a process here gets them once, for as long as it may live.
const instanceSessionSeconds = 10 * 365 * 24 * 3600;

/** What the API's instances may do: read and write photos. */
export function instanceCredentials(aws: AwsServer): Record<string, string> {
  const role = aws.iam.putRole({
    name: names.instanceRole,
    trustPolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    policies: {
      photos: allow(
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
        bucketArns(names.media),
      ),
    },
  });
  const session = aws.iam.startSession(role, "instance", instanceSessionSeconds, new Date());
  return {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}
