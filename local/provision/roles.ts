import type { Iam } from "../aws/iam/iam.ts";
import type { AccountNames, EnvironmentNames } from "./names.ts";
import type { Trust } from "./trust.ts";

const bucketArns = (name: string): string[] => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];

type Allowed = readonly [actions: readonly string[], resources: readonly (string | undefined)[]];

const statements = (...allowed: readonly Allowed[]): object => ({
  Version: "2012-10-17",
  Statement: allowed.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
});

const allow = (...allowed: Allowed): object => statements(allowed);

/**
 * The role that only jobs of the environment can assume: of the store it writes what is shared and that environment's own, of the
 * secrets it reads the one with its database.
 */
export function provisionDeployRole(
  iam: Iam,
  trust: Trust,
  place: EnvironmentNames,
  databaseSecret: string,
): string {
  const own = ["releases/*", "blobs/*", `environments/${place.environment}/*`, "sweep.json"];
  const [store, site] = [place.artifacts, place.site].map((name) => `arn:aws:s3:::${name}`);
  return iam.putRole({
    name: place.deployRole,
    trustPolicy: trust.environment(place.environment),
    policies: {
      // As infrastructure/environment.yml has it, which a test compares.
      releases: statements(
        [["s3:ListBucket"], [store, site]],
        [["s3:GetObject"], [`${store}/*`]],
        [["s3:PutObject", "s3:DeleteObject"], own.map((key) => `${store}/${key}`)],
        [["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], [`${site}/*`]],
      ),
      // AdministratorAccess-AWSElasticBeanstalk, which the role of infrastructure/ has, allows more in these buckets.
      bundles: allow(["s3:GetObject"], ["arn:aws:s3:::elasticbeanstalk-*/*"]),
      deploys: allow(["elasticbeanstalk:*"], ["*"]),
      forgets: allow(
        ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
        [`arn:aws:cloudfront::${iam.accountId}:distribution/${place.distribution}`],
      ),
      migrates: allow(["secretsmanager:GetSecretValue"], [databaseSecret]),
    },
  }).arn;
}

/** The role that only pull requests can assume: it reads the release store. */
export function provisionPlanRole(iam: Iam, trust: Trust, { planRole, local }: AccountNames): string {
  return iam.putRole({
    name: planRole,
    trustPolicy: trust.pullRequests(),
    policies: { releases: allow(["s3:GetObject", "s3:ListBucket"], bucketArns(local.artifacts)) },
  }).arn;
}

// EC2 hands out fresh credentials every few hours; a process here gets them once, for as long as it may live.
const instanceSessionSeconds = 10 * 365 * 24 * 3600;

/** What the API's instances may do: read and write photos, or what else the app keeps. */
export function instanceCredentials(
  iam: Iam,
  { instanceRole, local, staging }: AccountNames,
): Record<string, string> {
  const role = iam.putRole({
    name: instanceRole,
    trustPolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    policies: {
      photos: allow(
        ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
        [...bucketArns(local.media), ...bucketArns(staging.media)],
      ),
    },
  });
  const session = iam.startSession(role, "instance", instanceSessionSeconds, new Date());
  return {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}
