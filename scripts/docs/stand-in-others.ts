/** What another tool's own documents say of one feature. */
export interface Saying {
  readonly says: string;
  /** The document, of a version that does not change where there is one. */
  readonly source: string;
}

/** One feature here and beside. A tool that is not named was not looked up. */
export interface Comparison<Tool extends string> {
  readonly feature: string;
  readonly here: string;
  readonly others: Readonly<Partial<Record<Tool, Saying>>>;
}

export type ActionsTool = "act" | "agent-ci";

export type AwsTool = "LocalStack" | "moto" | "floci";

const actList =
  "https://github.com/nektos/act-docs/blob/25026ee2712401f81cdbd04e4b48e1bdce4d5546/src/not_supported.md";
const actSkill =
  "https://github.com/nektos/act/blob/9d0e064321805d7c4963d304eb22b5931479a354/skills/act/SKILL.md";

const agentCi =
  "https://github.com/redwoodjs/agent-ci/blob/187856d5485ef0d8775d63e4ef4ae29f3359dca5/packages/cli/compatibility.md";

/** A row of which the list of act, that of agent-ci, or both say something. */
function beside(
  feature: string,
  here: string,
  says: { readonly act?: string; readonly agentCi?: string },
): Comparison<ActionsTool> {
  return {
    feature,
    here,
    others: {
      ...(says.act !== undefined && { act: { says: says.act, source: actList } }),
      ...(says.agentCi !== undefined && { "agent-ci": { says: says.agentCi, source: agentCi } }),
    },
  };
}

/** The local GitHub beside those that run workflows on a machine. */
export const besideActions: readonly Comparison<ActionsTool>[] = [
  beside("`concurrency`", "there", { act: "ignored", agentCi: "not there" }),
  beside("`run-name`", "there", { act: "ignored", agentCi: "ignored" }),
  beside("`permissions`", "enforced", { act: "ignored", agentCi: "not enforced" }),
  beside("`timeout-minutes`, `continue-on-error` of a job", "there", {
    act: "ignored",
    agentCi: "not there",
  }),
  beside("`environment` and its rules", "there", { act: "ignored", agentCi: "not enforced" }),
  beside("`include` and `exclude` of a matrix", "there", { agentCi: "not there" }),
  beside("payloads of events", "as GitHub documents them", { agentCi: "empty" }),
  beside("OIDC tokens", "there", { act: "their address is not defined" }),
  beside("annotations", "there", { act: "ignored" }),
  beside("step summaries", "there", { act: "discarded" }),
  beside("cancelling a step", "there", { act: "not implemented" }),
  {
    feature: "artifacts",
    here: "there",
    others: {
      act: { says: "with `--artifact-server-path`", source: actSkill },
      "agent-ci": { says: "there", source: agentCi },
    },
  },
  beside("problem matchers", "not there", { act: "ignored" }),
  beside("`container`, `services`", "refused", { agentCi: "there" }),
  beside("actions of anybody, from github.com", "refused but for four", { agentCi: "there" }),
  {
    feature: "where jobs run",
    here: "as processes of this machine, by a runner of its own",
    others: {
      act: { says: "in Docker containers that imitate GitHub's runners", source: actSkill },
      "agent-ci": { says: "in Linux containers, by GitHub's own runner", source: agentCi },
    },
  },
  beside("the server: REST API, pull requests, reviews, deployments", "there", {}),
];

const localStack = "https://docs.localstack.cloud";
const moto = (commit: string, page: string): string =>
  `https://github.com/getmoto/moto/blob/${commit}/docs/docs/${page}.rst`;
const floci = (commit: string, page: string): string =>
  `https://github.com/floci-io/floci/blob/${commit}/docs/services/${page}.md`;

const motoBeanstalk = moto("0f812ca312f94c8eaf2527be131ecf00359ccca1", "services/elasticbeanstalk");
const motoCloudFront = moto("master", "services/cloudfront");
const motoS3 = moto("3300d9998e7ae96f754ea1361e9039c46d75b6ef", "services/s3");
const flociCloudFront = floci("0f57e53d9766e847bef5fe16221008b91e786c3d", "cloudfront");
const flociS3 = floci("0580564267e51f65b57757af3ef6657fac9ab2fb", "s3");
const flociSts = floci("26ecf5b2705f22268099a10de3a53288aed1b628", "sts");

/** The local AWS beside those that stand in for much more of it. */
export const besideAws: readonly Comparison<AwsTool>[] = [
  {
    feature: "Elastic Beanstalk",
    here: "environments that run bundles, all five deployment policies, health, events, logs; no templates, no managed actions",
    others: {
      LocalStack: {
        says: "19 of 47 operations, without `AbortEnvironmentUpdate` and `DescribeEnvironmentHealth`",
        source: `${localStack}/api-coverage/v1/services/elasticbeanstalk.md`,
      },
      moto: { says: "6 operations, without versions and `UpdateEnvironment`", source: motoBeanstalk },
      floci: { says: "14 operations", source: floci("0223a8bbd011b3bbe04dbd1c427b65dcdb423b45", "index") },
    },
  },
  {
    feature: "CloudFront: invalidations",
    here: "in progress, then completed; what was cached stays until then",
    others: {
      LocalStack: {
        says: "`CreateInvalidation` is there",
        source: `${localStack}/references/coverage/coverage_cloudfront/`,
      },
      moto: { says: "`CreateInvalidation` is there", source: motoCloudFront },
      floci: { says: "completed at once", source: flociCloudFront },
    },
  },
  {
    feature: "CloudFront: cache policies decide what is cached",
    here: "there",
    others: {
      moto: { says: "no cache policies", source: motoCloudFront },
      floci: { says: "kept, not evaluated yet", source: flociCloudFront },
    },
  },
  {
    feature: "CloudFront: functions",
    here: "run",
    others: {
      LocalStack: { says: "run", source: `${localStack}/aws/services/cloudfront.md` },
      moto: { says: "not there", source: motoCloudFront },
      floci: { says: "created and published", source: flociCloudFront },
    },
  },
  {
    feature: "IAM policies are enforced",
    here: "always",
    others: {
      LocalStack: {
        says: "with `ENFORCE_IAM=1`",
        source: `${localStack}/aws/capabilities/security-testing/iam-policy-enforcement/`,
      },
      moto: {
        says: 'after so many calls, if asked to; "very basic"',
        source: moto("27a2e42d9b73b28a947fd1095673e1a34f807cd6", "iam"),
      },
      floci: { says: "with `FLOCI_SERVICES_IAM_ENFORCEMENT_ENABLED`", source: flociS3 },
    },
  },
  {
    feature: "`AssumeRoleWithWebIdentity`",
    here: "the token is checked against its issuer's keys, then the trust policy",
    others: {
      LocalStack: {
        says: "there; what is checked was not looked up",
        source: `${localStack}/references/coverage/coverage_sts/`,
      },
      floci: { says: "there; what is checked was not looked up", source: flociSts },
    },
  },
  {
    feature: "S3: bucket policies",
    here: "enforced, conditions included",
    others: {
      moto: { says: "only of everybody (`*`), without conditions", source: motoS3 },
      floci: { says: "with `FLOCI_SERVICES_S3_ENFORCE_AUTH`", source: flociS3 },
    },
  },
  {
    feature: "S3: websites",
    here: "there, with redirects and routing rules",
    others: {
      LocalStack: {
        says: "there, with routing rules; permissions are not enforced",
        source: "https://github.com/localstack/localstack/pull/6959",
      },
      moto: { says: "no `PutBucketWebsite`", source: motoS3 },
      floci: { says: "there, without redirects of all requests and routing rules", source: flociS3 },
    },
  },
  {
    feature: "faults on demand",
    here: "errors, delays, broken and held connections, failed deployments",
    others: {
      LocalStack: {
        says: "errors by service, region and operation, latency",
        source: `${localStack}/user-guide/chaos-engineering/chaos-api`,
      },
    },
  },
];
