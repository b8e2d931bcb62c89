import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { baseEnvironment } from "../../local/environment.ts";
import { type Fixture, startFixture } from "../../local/github/server/server-fixture.ts";
import { root } from "../../scripts/root.ts";

/** The job that the README of s3-sync shows to other repositories, and the names that it uses. */
function shownJob(): { readonly text: string; readonly named: (input: string) => string } {
  const readme = readFileSync(join(root, "actions/s3-sync/README.md"), "utf8");
  const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const text = blocks.find((block) => block.includes("owner/repository/actions/s3-sync@<commit>"));
  if (text === undefined) throw new Error("the README of s3-sync does not show its use from elsewhere");
  const named = (input: string): string => {
    const [, value] = new RegExp(`^ +${input}: (\\S+)$`, "m").exec(text) ?? [];
    if (value === undefined) throw new Error(`the job that the README shows has no "${input}"`);
    return value;
  };
  return { text, named };
}

const built = {
  "index.html": '<!doctype html><link rel="stylesheet" href="assets/style-0a1b2c3d.css"><p>Chess club</p>',
  "assets/style-0a1b2c3d.css": "p { color: teal }",
};

/** A repository that knows nothing of this one, and builds its site by copying it. */
const files = (job: string): Record<string, string> => ({
  "package.json": JSON.stringify({ name: "chess", version: "1.0.0", scripts: { build: "cp -r src dist" } }),
  "package-lock.json": JSON.stringify({
    name: "chess",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { name: "chess", version: "1.0.0" } },
  }),
  ".github/workflows/site.yml": `name: Site
on: { push: { branches: [main] } }
jobs:
  site:
    runs-on: ubuntu-24.04
${job.replace(/^(?=.)/gm, "    ")}`,
  ...Object.fromEntries(Object.entries(built).map(([key, text]) => [`src/${key}`, text])),
});

describe("s3-sync in another repository, as its README shows", function () {
  this.timeout(900_000);
  const { text, named } = shownJob();
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
    const git = (...args: string[]): string =>
      execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
    const { PATH } = process.env;
    github = await startFixture({
      owner: "somebody",
      repository: "chess-club",
      repositories: { "udagram/pipeline": git("rev-parse", "--absolute-git-dir") },
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
    const job = text
      .replaceAll(
        "owner/repository/actions/s3-sync@<commit>",
        `udagram/pipeline/actions/s3-sync@${git("rev-parse", "HEAD")}`,
      )
      .replaceAll("@<commit>", "@v7");
    await github.clone.commit("Chess club", files(job));
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
});
