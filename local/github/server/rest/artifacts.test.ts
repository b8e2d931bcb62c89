import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { unzip } from "../actions/unzip.ts";
import { type Fixture, octokitOf, refusal, startFixture } from "../server-fixture.ts";

const release = `name: Release
on: {workflow_dispatch: {}}
permissions: {}
jobs:
  build:
    name: Build
    runs-on: ubuntu-24.04
    steps:
      - run: mkdir -p out/sub && echo one > out/one.txt && echo two > out/sub/two.txt && chmod +x out/one.txt
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with: {name: bundle, path: out}
  use:
    name: Use
    needs: [build]
    runs-on: ubuntu-24.04
    environment: {name: staging, url: "http://127.0.0.1:1/"}
    permissions: {actions: read, deployments: read}
    steps:
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        with: {name: bundle, path: in}
      - run: cat in/one.txt in/sub/two.txt
      - name: Ask what the token may do
        env: {TOKEN: "\${{ github.token }}"}
        run: |
          ask() { curl -s -o /dev/null -w "$1 $2 %{http_code}\\n" -X "$1" -H "Authorization: Bearer $TOKEN" -d "$3" "$GITHUB_API_URL/repos/local/udagram$2"; }
          ask GET /deployments
          ask POST /deployments '{"ref":"main"}'
          ask GET /actions/artifacts
          ask GET /commits
          echo "token=$TOKEN" > "$RUNNER_TEMP/../../../leaked-token"
`;

describe("a job's artifacts, token and deployment", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };
  after(() => fixture.stop());
  let id: number;
  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Release", { ".github/workflows/release.yml": release });
    await fixture.clone.push("main");
    ({ id } = await fixture.github.dispatch("release.yml", "main", {}));
    expect((await fixture.github.waitForRun(id)).conclusion).equal("success");
  });

  const log = (): string[] =>
    readFileSync(join(fixture.directory, "github/runs", String(id), "events.ndjson"), "utf8")
      .split("\n")
      .flatMap((line) =>
        line.includes('"type":"line"') ? [(JSON.parse(line) as { text: string }).text] : [],
      );

  it("go from job to job", () => {
    expect(log()).include.members(["one", "two"]);
  });

  it("are listed by name, for the repository and for the run, with the run they come from", async () => {
    const { octokit } = fixture;
    const { data } = await octokit.actions.listArtifactsForRepo({ ...repo, name: "bundle" });
    const sha = (await fixture.clone.git("rev-parse", "HEAD")).stdout.trim();
    expect(data.artifacts[0]).deep.include({ name: "bundle", expired: false });
    expect(data.artifacts[0]?.workflow_run).deep.include({ id, head_branch: "main", head_sha: sha });
    expect(data.artifacts[0]?.workflow_run?.head_repository_id).equal(
      data.artifacts[0]?.workflow_run?.repository_id,
    );
    expect((await octokit.actions.listArtifactsForRepo({ ...repo, name: "other" })).data.total_count).equal(
      0,
    );
    expect((await octokit.actions.listWorkflowRunArtifacts({ ...repo, run_id: id })).data.total_count).equal(
      1,
    );
  });

  it("are downloaded as a zip file of the size and digest listed", async () => {
    const { octokit } = fixture;
    const { data } = await octokit.actions.listArtifactsForRepo({ ...repo, name: "bundle" });
    const [artifact] = data.artifacts;
    const zip = await octokit.actions.downloadArtifact({
      ...repo,
      artifact_id: artifact?.id ?? 0,
      archive_format: "zip",
    });
    const bytes = new Uint8Array(zip.data as ArrayBuffer);
    expect(bytes.length).equal(artifact?.size_in_bytes);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    expect(artifact?.digest).equal(`sha256:${digest}`);
    const folder = mkdtempSync(join(tmpdir(), "artifact-"));
    writeFileSync(join(folder, "a.zip"), bytes);
    await unzip(join(folder, "a.zip"), join(folder, "out"));
    expect(readFileSync(join(folder, "out/sub/two.txt"), "utf8")).equal("two\n");
    expect(statSync(join(folder, "out/one.txt")).mode & 0o111, "as on GitHub, permissions are lost").equal(0);
    rmSync(folder, { recursive: true });
  });

  it("give the job's token exactly the job's permissions", () => {
    expect(log()).include.members([
      "GET /deployments 200",
      "POST /deployments 403",
      "GET /actions/artifacts 200",
      "GET /commits 403",
    ]);
  });

  it("leave the token worthless once the job is over", async () => {
    const leaked =
      readFileSync(join(fixture.directory, "github/work/leaked-token"), "utf8").trim().split("=")[1] ?? "";
    expect(leaked).match(/^ghs_\w{36}$/);
    const refused = await refusal(octokitOf(fixture.github, leaked).repos.listDeployments(repo));
    expect(refused.status).equal(401);
  });

  it("come with the deployment that GitHub makes of a job with an environment", async () => {
    const { data } = await fixture.octokit.repos.listDeployments({ ...repo, environment: "staging" });
    const statuses = await fixture.octokit.repos.listDeploymentStatuses({
      ...repo,
      deployment_id: data[0]?.id ?? 0,
    });
    expect(statuses.data.map(({ state }) => state)).deep.equal(["success", "in_progress"]);
    expect(statuses.data[0]?.environment_url).equal("http://127.0.0.1:1/");
  });
});
