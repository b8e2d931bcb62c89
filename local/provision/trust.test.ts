import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type CollectionTag, isSeq, parse, type ScalarTag, type YAMLSeq } from "yaml";
import { startTestAws, type TestAws } from "../aws/aws-fixture.ts";
import { provisionTrust } from "./trust.ts";

type Json = { readonly [key: string]: Json | readonly Json[] | string } | string;

const template = readFileSync(
  join(import.meta.dirname, "..", "..", "infrastructure", "environment.yml"),
  "utf8",
);

/** CloudFormation's short forms as `{"!Sub": …}`. */
const scalar = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => ({ [`!${name}`]: text }) as never,
});
const list = (name: string): CollectionTag => ({
  tag: `!${name}`,
  collection: "seq",
  resolve: (node) => ({ [`!${name}`]: isSeq(node) ? (node as YAMLSeq).toJSON() : [] }) as never,
});
const tags = [
  ...["Sub", "Ref", "GetAtt"].map(scalar),
  ...["Sub", "If", "Not", "Equals", "Select", "Split", "GetAtt", "Join", "And", "Or"].map(list),
];

/** A trust policy of the template, with these parameters, as CloudFormation hands it to IAM. */
function trustPolicy(role: string, given: Readonly<Record<string, string>>, issuer: string): object {
  const { Resources, Parameters } = parse(template, { customTags: tags }) as {
    Resources: Record<string, { Properties: { AssumeRolePolicyDocument: Json } }>;
    Parameters: Record<string, { Default?: string; AllowedPattern?: string }>;
  };
  const values: Record<string, string> = {};
  for (const [name, { Default, AllowedPattern }] of Object.entries(Parameters)) {
    const value = given[name] ?? Default ?? "";
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new Error(`${name} may not be "${value}"`);
    values[name] = value;
  }
  const filled = (text: string, more: Readonly<Record<string, string>> = {}) =>
    text.replace(/\$\{(\w+)\}/g, (_, name: string) => ({ ...values, ...more })[name] ?? "");
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== "object" || value === null) return value;
    const [[key = "", inside] = []] = Object.entries(value);
    if (key === "!Ref") return values[String(inside)];
    if (key === "!Sub") {
      const [text, more] = (Array.isArray(inside) ? inside : [inside, {}]) as [string, object];
      return filled(text, resolved(more) as Record<string, string>);
    }
    if (key === "!If") {
      const [, then, otherwise] = inside as unknown[];
      return resolved(values.PullRequestPipelineRef === "" ? otherwise : then);
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name.replace("token.actions.githubusercontent.com", issuer),
        resolved(one),
      ]),
    );
  };
  return resolved(Resources[role]?.Properties.AssumeRolePolicyDocument) as object;
}

const own = {
  subjectPrefix: "repo:owner@11/app@22",
  repository: "owner/app",
  repositoryId: 22,
};
const pipelines = "them/pipeline/.github/workflows";
const deploys = {
  sub: "repo:owner@11/app@22:environment:production",
  repository: "owner/app",
  repository_id: "22",
  environment: "production",
  ref: "refs/heads/main",
  job_workflow_ref: `${pipelines}/pipeline-deploy.yml@refs/tags/v1`,
};
const pulls = {
  sub: "repo:owner@11/app@22:pull_request",
  repository: "owner/app",
  repository_id: "22",
  ref: "refs/pull/7/merge",
  job_workflow_ref: `${pipelines}/pipeline-pull-request.yml@refs/tags/v1`,
};

describe("the trust of the roles", () => {
  let aws: TestAws;
  let issuer: string;
  let issuerServer: Server;
  let keys: CryptoKeyPair;
  let parameters: Readonly<Record<string, string>>;
  let name: string;

  before(async () => {
    keys = (await generateKeyPair("RS256", { extractable: true })) as CryptoKeyPair;
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256", use: "sig" };
    issuerServer = createServer((request, response) => {
      const configuration = { issuer, jwks_uri: `${issuer}/keys` };
      response.end(JSON.stringify(request.url?.endsWith("/keys") ? { keys: [jwk] } : configuration));
    });
    await new Promise<void>((resolve) => issuerServer.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}/oidc`;
    name = issuer.replace("http://", "");
    aws = await startTestAws();
    const { arn } = aws.server.iam.putOidcProvider({ url: issuer, audiences: ["sts.amazonaws.com"] });
    parameters = {
      EnvironmentName: "production",
      RepositorySubject: own.subjectPrefix,
      RepositoryId: String(own.repositoryId),
      PipelineRepository: "them/pipeline",
      PipelineRef: "refs/tags/v*",
      OidcProviderArn: arn,
    };
  });
  after(async () => {
    issuerServer.close();
    await aws.stop();
  });

  let roles = 0;
  const roleOf = (policy: object): string =>
    aws.server.iam.putRole({ name: `role-${++roles}`, trustPolicy: policy, policies: {} }).arn;
  const given = (role: string, changes: Readonly<Record<string, string>> = {}): string =>
    roleOf(trustPolicy(role, { ...parameters, ...changes }, name));

  /** Whether STS lets a job with these claims assume the role. */
  async function admits(
    roleArn: string,
    claims: Readonly<Record<string, string | undefined>>,
  ): Promise<boolean> {
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ aud: "sts.amazonaws.com", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(keys.privateKey);
    const answer = await fetch(aws.server.endpoint, {
      method: "POST",
      body: new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: roleArn,
        RoleSessionName: "run-1",
        WebIdentityToken: token,
      }),
    });
    if (!answer.ok) expect(await answer.text()).to.match(/AccessDenied|Incorrect token audience/);
    return answer.ok;
  }

  it("lets the pipeline's deploys, rollbacks and pull requests in", async () => {
    const role = given("DeployRole");
    expect(await admits(role, deploys)).to.equal(true);
    const rollback = deploys.job_workflow_ref.replace("deploy", "rollback");
    expect(await admits(role, { ...deploys, job_workflow_ref: rollback })).to.equal(true);
    const next = deploys.job_workflow_ref.replace("v1", "v1.2.3");
    expect(await admits(role, { ...deploys, job_workflow_ref: next })).to.equal(true);
    expect(await admits(given("PlanRole"), pulls)).to.equal(true);
  });

  const workflow = (path: string) => ({ job_workflow_ref: path });
  const attacks: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
    ["another workflow of the repository", workflow("owner/app/.github/workflows/mine.yml@refs/heads/main")],
    ["another workflow of the pipeline's", workflow(`${pipelines}/other.yml@refs/tags/v1`)],
    ["the pull request's workflow", workflow(`${pipelines}/pipeline-pull-request.yml@refs/tags/v1`)],
    ["the pipeline at a branch", workflow(`${pipelines}/pipeline-deploy.yml@refs/heads/v1`)],
    [
      "the pipeline at a commit that a fork made",
      workflow(`${pipelines}/pipeline-deploy.yml@${"a".repeat(40)}`),
    ],
    ["a fork of the pipeline", workflow(deploys.job_workflow_ref.replace("them/", "mallory/"))],
    ["a job that says no workflow", { job_workflow_ref: undefined }],
    ["another branch", { ref: "refs/heads/topic" }],
    ["a tag of the branch's name", { ref: "refs/tags/main" }],
    ["a branch whose name begins alike", { ref: "refs/heads/main2" }],
    ["another environment", { environment: "staging", sub: deploys.sub.replace("production", "staging") }],
    ["no environment", { environment: undefined, sub: `${own.subjectPrefix}:ref:refs/heads/main` }],
    ["a pull request", { ...pulls, environment: undefined }],
    ["another repository under the same name", { repository_id: "23" }],
    [
      "a fork",
      { repository: "mallory/app", repository_id: "33", sub: "repo:mallory@3/app@33:environment:production" },
    ],
    ["another audience", { aud: "https://github.com/owner" }],
  ];
  for (const [who, claims] of attacks) {
    it(`keeps ${who} out of an environment`, async () => {
      expect(await admits(given("DeployRole"), { ...deploys, ...claims })).to.equal(false);
    });
  }

  it("keeps everything but the pipeline's pull requests out of the plan", async () => {
    const role = given("PlanRole");
    expect(await admits(role, deploys)).to.equal(false);
    expect(
      await admits(role, { ...pulls, ...workflow("owner/app/.github/workflows/x.yml@refs/pull/7/merge") }),
    ).to.equal(false);
    expect(await admits(role, { ...pulls, repository_id: "33" })).to.equal(false);
  });

  it("takes an exact commit, and this repository's own workflows, for a ref; nothing that admits any commit", async () => {
    const commit = "c".repeat(40);
    const pinned = given("DeployRole", { PipelineRef: commit });
    expect(
      await admits(pinned, { ...deploys, ...workflow(`${pipelines}/pipeline-deploy.yml@${commit}`) }),
    ).to.equal(true);
    expect(await admits(pinned, deploys)).to.equal(false);
    const same = { PipelineRepository: "owner/app", PipelineRef: "refs/heads/main" };
    const itself = given("DeployRole", same);
    const ours = "owner/app/.github/workflows";
    expect(
      await admits(itself, { ...deploys, ...workflow(`${ours}/pipeline-deploy.yml@refs/heads/main`) }),
    ).to.equal(true);
    expect(
      await admits(itself, { ...deploys, ...workflow(`${ours}/pipeline-deploy.yml@refs/heads/topic`) }),
    ).to.equal(false);
    const plan = given("PlanRole", { ...same, PullRequestPipelineRef: "refs/pull/*/merge" });
    expect(
      await admits(plan, { ...pulls, ...workflow(`${ours}/pipeline-pull-request.yml@refs/pull/7/merge`) }),
    ).to.equal(true);
    for (const PipelineRef of ["*", "refs/*", "refs/heads/*", "refs/tags/*/x", "?"]) {
      expect(() => given("DeployRole", { PipelineRef }), PipelineRef).to.throw("PipelineRef may not be");
    }
  });

  it("is the same on the laptop", () => {
    const pipeline = { repository: "them/pipeline", ref: "refs/tags/v*" };
    const local = provisionTrust(
      aws.server.iam,
      { ...own, oidcIssuer: issuer },
      { pipeline, branch: "main" },
    );
    const onAws = (role: string, changes = {}) => trustPolicy(role, { ...parameters, ...changes }, name);
    expect(local.environment("production")).to.deep.equal(onAws("DeployRole"));
    expect(local.pullRequests()).to.deep.equal(onAws("PlanRole"));
    const itself = provisionTrust(
      aws.server.iam,
      { ...own, oidcIssuer: issuer },
      { pipeline: { repository: "owner/app", ref: "refs/heads/main" }, branch: "main" },
    );
    const same = { PipelineRepository: "owner/app", PullRequestPipelineRef: "refs/pull/*/merge" };
    expect(itself.pullRequests()).to.deep.equal(onAws("PlanRole", same));
  });

  it("never uses an operator that holds where a claim is missing", () => {
    expect(template).not.to.match(/ForAllValues:|IfExists:|@\*"?$/m);
  });
});
