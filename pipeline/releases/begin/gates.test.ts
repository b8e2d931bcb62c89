import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { EnvironmentValues } from "../../../local/github/server/actions/settings.ts";
import { type GitHub, startGitHub } from "../../../local/github/server/server.ts";
import { Processes } from "../../../local/processes.ts";
import { octokitFor } from "../../github/octokit.ts";
import { recordedContext } from "../../kit/context-fixture.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { checkGates } from "./gates.ts";

describe("gates of an environment", () => {
  let directory: string;
  let github: GitHub;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "gates-"));
    github = await startGitHub({
      directory: join(directory, "github"),
      port: 0,
      owner: "owner",
      repository: "repository",
      actor: "you",
      environment: { PATH: process.env.PATH ?? "", HOME: directory },
      processes: new Processes(join(directory, "processes.json")),
    });
  });
  after(async () => {
    await github.stop();
    rmSync(directory, { recursive: true });
  });

  const none: EnvironmentValues = { variables: {}, secrets: {} };
  const guarded: EnvironmentValues = { ...none, branches: ["main"] };
  const inputs = {
    environment: "production",
    "allow-other-refs": false,
    "promotion-environment": "promotion",
    "require-protection": false,
  };

  async function check(
    environments: Readonly<Record<string, EnvironmentValues>>,
    given: Partial<typeof inputs> = {},
    token = github.token,
  ): Promise<readonly string[]> {
    github.setSettings({ variables: {}, secrets: {}, environments });
    const context = recordedContext({
      apiUrl: github.apiUrl,
      event: { repository: { default_branch: "main" } },
    });
    await checkGates({ ...inputs, ...given }, await octokitFor(token, context), context);
    return context.said.warnings;
  }

  it("that are there need no word", async () => {
    const reviewers = ["ada"];
    expect(await check({ production: guarded, promotion: { ...none, reviewers } })).to.deep.equal([]);
    expect(await check({ production: guarded }, { "promotion-environment": "" })).to.deep.equal([]);
    expect(
      await check({ production: none }, { "promotion-environment": "", "allow-other-refs": true }),
    ).to.deep.equal([]);
  });

  const missing: readonly (readonly [string, Readonly<Record<string, EnvironmentValues>>, string])[] = [
    [
      "no restriction of branches",
      { production: none },
      'any branch may deploy to the environment "production"',
    ],
    ["no environment at all", {}, 'any branch may deploy to the environment "production"'],
    [
      "other branches and tags as well",
      { production: { ...guarded, branches: ["main", "release/*"], tags: ["main"] } },
      'branch "release/*", tag "main" may deploy to the environment "production" beside the branch "main"',
    ],
    [
      "no reviewers",
      { production: guarded, promotion: none },
      'nobody has to agree in the environment "promotion"',
    ],
    ["no promotion", { production: guarded }, 'nobody has to agree in the environment "promotion"'],
  ];
  for (const [what, environments, says] of missing) {
    it(`that are not there are told: ${what}`, async () => {
      expect((await check(environments)).join("\n")).to.include(says);
      const failure = await failureOf(check(environments, { "require-protection": true }));
      expect(failure.code).to.equal("GatesMissing");
      expect(failure.message).to.include(says);
    });
  }

  it("that nobody can be asked about are not taken for there either", async () => {
    const context = recordedContext();
    await checkGates(inputs, undefined, context);
    expect(context.said.warnings).to.deep.equal([]);
    const required = checkGates({ ...inputs, "require-protection": true }, undefined, context);
    expect((await failureOf(required)).code).to.equal("GatesMissing");
  });

  it("that the token cannot see are not taken for there", async () => {
    const [warning = ""] = await check({ production: guarded }, {}, "wrong");
    expect(warning).to.match(/^which gates "production" has could not be seen: GitHub refuses/);
    const failure = await failureOf(check({ production: guarded }, { "require-protection": true }, "wrong"));
    expect(failure.code).to.equal("GatesMissing");
  });
});
