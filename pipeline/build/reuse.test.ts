import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { checkBundle } from "../bundle/bundle-check.ts";
import { readManifest } from "../bundle/manifest.ts";
import {
  type GitHubWithArtifacts,
  githubWithArtifacts,
  type LeftArtifact,
  ownRunId,
} from "../github/artifacts-fixture.ts";
import { BuildFixture, buildInputs, filesOf } from "./build-fixture.ts";
import { run } from "./run.ts";

describe("a build after an earlier run", () => {
  let fixture: BuildFixture;
  before(() => {
    fixture = new BuildFixture();
  });
  after(() => fixture.close());
  const servers: GitHubWithArtifacts[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  /** Builds, leaves the result on GitHub, commits something that the build does not read, and builds again. */
  const reuse = async (change: (left: LeftArtifact) => LeftArtifact = (left) => left) => {
    const space = fixture.workspace();
    const first = await fixture.build(space);
    const files = filesOf(join(space.directory, "release"));
    const left = change({
      name: String(first.said.outputs.artifact),
      files,
      document: "release.json",
      sha: space.git("rev-parse", "HEAD").trim(),
      job: "Build",
    });
    const github = await githubWithArtifacts(fixture.inside("github"), [left]);
    servers.push(github);
    space.commit({ "README.md": "hello\n", "backend/src/greet.test.ts": "test\n" });
    const sha = github.take(space.directory);
    const recorded = fixture.context(space, github.apiUrl);
    const context = { ...recorded, run: { ...recorded.run, runId: ownRunId, sha } };
    rmSync(join(space.directory, "frontend", "dist"), { recursive: true });
    await run({ ...buildInputs, "github-token": github.token }, context);
    return { space, before: files, said: context.said };
  };

  it("takes its build when nothing that counts has changed, under the new commit's id", async () => {
    const { space, before, said } = await reuse();
    expect(said.outputs.reused).to.equal(true);
    expect(said.warnings).to.deep.equal([]);
    expect(said.lines[0]).to.include("taken from run 101");
    const after = filesOf(join(space.directory, "release"));
    const manifest = await readManifest(join(space.directory, "release"));
    expect(manifest.commit).to.equal(space.git("rev-parse", "HEAD").trim());
    expect({ ...after, "release.json": "" }).to.deep.equal({ ...before, "release.json": "" });
    expect(readdirSync(join(space.directory, "frontend"))).not.to.include("dist");
  });

  it("does not take what a pull request built, and says why", async () => {
    const { said } = await reuse((left) => ({ ...left, event: "pull_request" }));
    expect(said.outputs.reused).to.equal(false);
    expect(said.lines[0]).to.match(/^bundle-\w+ of run 101 does not count: it was started by pull_request$/);
  });

  it("builds again what it took from a run whose job made other bytes", async () => {
    const { said } = await reuse((left) => ({
      ...left,
      log: [`made ${left.name} with sha256 ${"a".repeat(64)}`],
    }));
    expect(said.outputs.reused).to.equal(false);
    expect(said.lines[0]).to.include('its release.json is not the one that the job "Build" made');
  });

  it("does not take what has expired", async () => {
    const { said } = await reuse((left) => ({ ...left, expired: true }));
    expect(said.outputs.reused).to.equal(false);
  });

  it("builds again when the artifact is damaged, and says so", async () => {
    const { said, space } = await reuse((left) => ({
      ...left,
      files: { ...left.files, "api.zip": "torn" },
    }));
    expect(said.outputs.reused).to.equal(false);
    expect(said.warnings.join()).to.include("api.zip was changed");
    await checkBundle(join(space.directory, "release"), await readManifest(join(space.directory, "release")));
  });

  it("builds when GitHub does not answer, and says so", async () => {
    const space = fixture.workspace();
    const context = fixture.context(space, "http://127.0.0.1:1");
    await run({ ...buildInputs, "github-token": "token" }, context);
    expect(context.said.outputs.reused).to.equal(false);
    expect(context.said.warnings.join()).to.include("could not ask GitHub");
  });
});
