import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { declared } from "../kit/contract-fixture.ts";

describe("an action without AWS credentials", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "no-credentials-"));
    mkdirSync(join(directory, "site"));
    writeFileSync(join(directory, "site", "index.html"), "<p>hi");
  });
  after(() => rmSync(directory, { recursive: true }));

  /** Runs it as the runner does, on a machine that has no credentials anywhere. */
  function run(action: string, given: Readonly<Record<string, string>>): string {
    const inputs = Object.entries({ ...declared(action).defaults, "aws-region": "us-east-1", ...given });
    const main = new URL(`../../actions/${action}/main.ts`, import.meta.url).pathname;
    const { stdout, status } = spawnSync(process.execPath, [main], {
      cwd: directory,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        AWS_EC2_METADATA_DISABLED: "true",
        GITHUB_REPOSITORY: "local/udagram",
        GITHUB_RUN_ID: "1",
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_SHA: "a".repeat(40),
        GITHUB_REF: "refs/heads/main",
        GITHUB_EVENT_NAME: "push",
        GITHUB_ACTOR: "ada",
        GITHUB_WORKFLOW: "Deploy",
        GITHUB_JOB: "deploy",
        GITHUB_WORKSPACE: directory,
        GITHUB_SERVER_URL: "http://127.0.0.1:1",
        GITHUB_API_URL: "http://127.0.0.1:1",
        RUNNER_TEMP: directory,
        ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      },
    });
    expect(status).to.equal(1);
    return stdout;
  }

  const calls: Record<string, Record<string, string>> = {
    release: { operation: "status", environment: "production", "artifacts-bucket": "artifacts" },
    "s3-sync": { source: "site", bucket: "site" },
  };
  for (const [action, given] of Object.entries(calls)) {
    it(`${action} names the variable that is not set`, () => {
      expect(run(action, given)).to.match(/CredentialsMissing.*has no AWS credentials.*AWS_ROLE_ARN/);
    });
  }
});
