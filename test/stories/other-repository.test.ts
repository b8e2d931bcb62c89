import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { baseEnvironment } from "../../local/environment.ts";
import { type Fixture, startFixture } from "../../local/github/server/server-fixture.ts";
import { pipelineRepository } from "../../scripts/docs/pipeline-uses.ts";
import { root } from "../../scripts/root.ts";

const pipeline = pipelineRepository(readFileSync(join(root, "package.json"), "utf8"));
const actions = globSync("*/action.yml", { cwd: join(root, "actions") })
  .map((file) => dirname(file))
  .sort();

/** The job that the README of an action shows to other repositories, without what runs it, and the names that it uses. */
function shownJob(action: string): { readonly text: string; readonly named: (input: string) => string } {
  const readme = readFileSync(join(root, "actions", action, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const use = `uses: ${pipeline}/actions/${action}@v1\n`;
  const text = blocks.find((block) => block.includes(use) && block.startsWith("permissions:"));
  if (text === undefined) throw new Error(`the README of ${action} does not show its use from elsewhere`);
  const named = (input: string): string => {
    const [, value] = new RegExp(`^ +${input}: (\\S+)$`, "m").exec(text) ?? [];
    if (value === undefined) throw new Error(`the job that the README shows has no "${input}"`);
    return value;
  };
  // What others' actions it uses is not this repository's business: any version.
  return { text: text.replaceAll("@<commit>", "@v7"), named };
}

/** A workflow of that job, and of the one whose outputs it takes; `only` is the condition under which they do anything. */
function workflowOf(action: string, on: string, only = "true"): string {
  const { text } = shownJob(action);
  const takes = text.includes("needs.build.outputs.digest");
  const build = `  build:
    if: ${only}
    runs-on: ubuntu-24.04
    outputs: { digest: "" }
    steps: [run: "true"]
`;
  return `name: ${action}
on: ${on}
jobs:
${takes ? build : ""}  job:
    if: ${only}
    ${takes ? "needs: build" : "# The first one"}
    runs-on: ubuntu-24.04
${text.replace(/^(?=.)/gm, "    ")}`;
}

const built = {
  "index.html": '<!doctype html><link rel="stylesheet" href="assets/style-0a1b2c3d.css"><p>Chess club</p>',
  "assets/style-0a1b2c3d.css": "p { color: teal }",
};

/** A repository that knows nothing of this one, and builds its site by copying it. */
const files: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "chess",
    version: "1.0.0",
    scripts: { build: "cp -r src dist", test: "node --test" },
  }),
  "package-lock.json": JSON.stringify({
    name: "chess",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { name: "chess", version: "1.0.0" } },
  }),
  "api/adds.test.js": 'require("node:test")("adds up", () => {});\n',
  ".github/workflows/site.yml": workflowOf("s3-sync", "{ push: { branches: [main] } }"),
  ...Object.fromEntries(
    actions.map((action) => [
      `.github/workflows/${action}.yml`,
      workflowOf(action, "workflow_dispatch", action === "test" ? "true" : "false"),
    ]),
  ),
  ...Object.fromEntries(Object.entries(built).map(([key, text]) => [`src/${key}`, text])),
};

describe("actions in another repository, as their READMEs show", function () {
  this.timeout(900_000);
  const { named } = shownJob("s3-sync");
  const [bucket, region] = [named("bucket"), named("aws-region")];
  let directory: string;
  let aws: AwsServer;
  let github: Fixture;
  let site: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "other-repository-"));
    aws = await startAws({ directory, port: 0, region, accountId: "000000000000", services: [] });
    aws.provisionBucket({
      name: bucket,
      website: { IndexDocument: { Suffix: "index.html" } },
      publicAccessBlock: null,
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` },
        ],
      },
    });
    site = (await aws.startWebsite(bucket, 0)).url;
    const { PATH } = process.env;
    github = await startFixture({
      owner: "somebody",
      repository: "chess-club",
      repositories: { [pipeline]: { checkout: root } },
      environment: {
        ...baseEnvironment(process.env, directory),
        PATH: `${dirname(process.execPath)}:${PATH}`,
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_EC2_METADATA_DISABLED: "true",
      },
    });
    github.github.setSettings({
      variables: { AWS_ROLE_ARN: roleFor(github) },
      secrets: {},
      environments: {},
    });
    await github.clone.commit("Chess club", files);
  });
  after(async () => {
    await github?.stop();
    await aws?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** A role for pushes to the other repository's main branch, with the permissions that the README asks for. */
  function roleFor({ github: { oidcIssuer, subjectPrefix } }: Fixture): string {
    const provider = aws.iam.putOidcProvider({ url: oidcIssuer, audiences: ["sts.amazonaws.com"] }).arn;
    const issuer = provider.slice(provider.indexOf("/") + 1);
    const allow = (Action: string[], Resource: string[]) => ({ Effect: "Allow", Action, Resource });
    const objects = `arn:aws:s3:::${bucket}/*`;
    return aws.iam.putRole({
      name: "chess-site",
      trustPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: provider },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                [`${issuer}:aud`]: "sts.amazonaws.com",
                [`${issuer}:sub`]: `${subjectPrefix}:ref:refs/heads/main`,
              },
            },
          },
        ],
      },
      policies: {
        site: {
          Version: "2012-10-17",
          Statement: [
            allow(["s3:ListBucket"], [`arn:aws:s3:::${bucket}`]),
            allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], [objects]),
          ],
        },
      },
    }).arn;
  }

  async function logOf(push: Promise<{ stderr: string }>): Promise<string> {
    const { stderr } = await push;
    const [latest] = github.github.runs();
    if (latest === undefined) throw new Error(`the push started no run:\n${stderr}`);
    const lines: string[] = [];
    for await (const event of github.github.follow(latest.id))
      if (event.type === "line") lines.push(event.text);
    const { conclusion } = await github.github.waitForRun(latest.id);
    return `${conclusion}\n${lines.join("\n")}`;
  }

  it("a push puts the built folder on the web, with the headers that the workflow asks for", async () => {
    const log = await logOf(github.clone.push("main"));
    expect(log).to.match(/^success\n/);
    for (const [key, content] of Object.entries(built)) {
      const answer = await fetch(`${site}/${key === "index.html" ? "" : key}`);
      expect(await answer.text(), key).to.equal(content);
      const kept = key === "index.html" ? "no-cache" : "public, max-age=31536000, immutable";
      expect(answer.headers.get("cache-control"), key).to.equal(kept);
    }
  });

  it("a push that does not change the site changes nothing", async () => {
    await github.clone.commit("Say hello", { "README.md": "Hello\n" });
    expect(await logOf(github.clone.push("main"))).to.match(/^success\n[\s\S]*nothing to do/);
  });

  for (const action of actions) {
    it(`${action} takes what its README gives it`, async () => {
      const { id } = await github.github.dispatch(`${action}.yml`, "main", {});
      const { conclusion } = await github.github.waitForRun(id);
      expect(conclusion).to.equal(action === "test" ? "success" : "skipped");
    });
  }
});
