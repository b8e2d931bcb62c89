// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { expect } from "chai";
import { Laptop, type Running } from "../laptop.ts";

const deployFile = ".github/workflows/deploy.yml";
const pipelineFile = ".github/workflows/pipeline-deploy.yml";

/** Changes the page of a bundle and mends every hash, so that nothing in it is wrong. */
const plant = `node --eval '
            const { readFileSync, writeFileSync } = require("node:fs");
            const { createHash } = require("node:crypto");
            const page = Buffer.from("<!doctype html>PLANTED");
            writeFileSync("release/site/index.html", page);
            const manifest = JSON.parse(readFileSync("release/release.json", "utf8"));
            const sha256 = createHash("sha256").update(page).digest("hex");
            Object.assign(manifest.site.files["index.html"], { sha256, bytes: page.length });
            writeFileSync("release/release.json", JSON.stringify(manifest, null, 2) + "\\n");
          '`;

/** Every way in which an unreviewed bundle came to visitors, from a push to the page. */
describe("the chain of trust", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  let stack: Running;

  before(async () => {
    stack = laptop.begin("npm", ["start"]);
    await stack.says(/Udagram is live/);
  });
  after(() => laptop.dispose());

  const head = (): string => laptop.git("rev-parse", "--short=7", "HEAD");
  const page = async (): Promise<string> =>
    (await fetch(`${laptop.state.site}/`, { cache: "no-store" })).text();
  const live = async (): Promise<string> =>
    (
      (await (await fetch(`${laptop.state.site}/release.json`, { cache: "no-store" })).json()) as {
        id: string;
      }
    ).id;

  /** A file of the pipeline's, changed by its text; fails where it has no such text. */
  function edit(file: string, change: readonly (readonly [string, string])[], subject: string): void {
    let text = laptop.read(file);
    for (const [from, to] of change) {
      expect(text).to.include(from);
      text = text.replace(from, to);
    }
    laptop.commit(file, text, subject);
  }

  async function api<T>(path: string, init: RequestInit = {}): Promise<T> {
    const { api: url, repository, token } = laptop.state.github;
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/repos/${repository}${path}`, { ...init, headers });
    return (answer.status === 204 ? {} : await answer.json()) as T;
  }

  /** Starts a workflow by hand on a branch; how its jobs ended, once all of them have. */
  async function dispatch(
    file: string,
    ref: string,
    inputs: object = {},
  ): Promise<Record<string, string | null>> {
    const body = JSON.stringify({ ref, inputs, return_run_details: true });
    const started = await api<{ workflow_run_id: number }>(`/actions/workflows/${file}/dispatches`, {
      method: "POST",
      body,
    });
    const events = `${laptop.state.github.api.replace(/\/api\/v3$/, "")}/_local/runs/${started.workflow_run_id}/events`;
    const { token } = laptop.state.github;
    // Ends with the run.
    await (await fetch(events, { headers: { authorization: `Bearer ${token}` } })).text();
    const { jobs } = await api<{ jobs: { name: string; conclusion: string | null }[] }>(
      `/actions/runs/${started.workflow_run_id}/jobs`,
    );
    return Object.fromEntries(jobs.map(({ name, conclusion }) => [name, conclusion]));
  }

  it("takes no bundle that a tag named main has planted, and still takes the reviewed one: nothing is built or tested", async () => {
    laptop.git("checkout", "--quiet", "-b", "evil");
    edit(deployFile, [["push: { branches: [main] }", "push: { tags: [main] }"]], "Run on a tag");
    const build = "      - uses: actions/upload-artifact@";
    const forged = `      - name: Plant
        env: { NAME: "\${{ steps.build.outputs.artifact }}" }
        run: |
          ${plant}
          echo "made $NAME with sha256 $(sha256sum release/release.json | cut -c1-64)"
`;
    edit(pipelineFile, [[build, `${forged}${build}`]], "Plant a page");
    await laptop.push("HEAD:refs/tags/main");
    laptop.git("checkout", "--quiet", "main");
    laptop.commit("CHANGELOG.md", `${laptop.read("CHANGELOG.md")}\n`, "Change nothing that is built");
    const push = await laptop.push("HEAD:refs/heads/main");
    expect(push.output).to.match(/Deploy #\d+ succeeded/);
    const log = laptop.logOfLatestRun();
    expect(log).to.match(
      /bundle-\w+ of run \d+ does not count: its commit \w{7} was never the end of the default branch/,
    );
    expect(log).to.match(/taken from run \d+, which built the same files/);
    expect(log)
      .to.include("it is not run again")
      .and.not.match(/suite \w+ passed in/);
    expect(await live()).to.include(head());
    expect(await page()).not.to.include("PLANTED");
  });

  it("lets no other branch deploy or roll back by hand, not even one that allows itself to", async () => {
    const before = await live();
    await laptop.push("HEAD~1:refs/heads/topic");
    expect(await dispatch("deploy.yml", "topic")).to.include({
      "Pipeline / Refuse": "failure",
      "Pipeline / Deploy": "skipped",
    });
    const rollback = await dispatch("rollback.yml", "topic", { to: "previous", reason: "mine" });
    expect(rollback).to.include({ "Pipeline / Refuse": "failure", "Pipeline / rollback": "skipped" });
    laptop.git("checkout", "--quiet", "-b", "bold");
    edit(
      deployFile,
      [["      config: true\n", "      config: true\n      allow-other-refs: true\n"]],
      "Allow it",
    );
    await laptop.push("HEAD:refs/heads/bold");
    laptop.git("checkout", "--quiet", "main");
    // The environment's own rules, and behind them the role's.
    expect(await dispatch("deploy.yml", "bold")).to.include({ "Pipeline / Deploy": "failure" });
    expect(await live()).to.equal(before);
  });

  it("takes no bundle that another job put in the place of the built one; its revert goes live with what was built", async () => {
    const before = await live();
    const uses = (action: string): string =>
      new RegExp(`actions/${action}@\\w+ # v[\\d.]+`).exec(laptop.read(pipelineFile))?.[0] ?? "";
    const name = "name: ${{ needs.build.outputs.artifact }}";
    const meddle = `  meddle:
    name: Meddle
    needs: [build]
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read # none
    steps:
      - uses: ${uses("download-artifact")}
        with:
          ${name}
          path: release
      - run: |
          ${plant}
      - uses: ${uses("upload-artifact")}
        with:
          ${name}
          path: release
          overwrite: true
          include-hidden-files: true

  stage:
`;
    edit(
      pipelineFile,
      [
        ["  stage:\n", meddle],
        ["needs: [refuse, build, test, promote]", "needs: [refuse, build, test, promote, meddle]"],
      ],
      "Meddle",
    );
    const push = await laptop.push("HEAD:refs/heads/main");
    expect(push.output).to.match(/Deploy #\d+ failed/);
    expect(laptop.logOfLatestRun()).to.match(
      /is not the one that this run has built: its release\.json has the digest/,
    );
    expect(await live()).to.equal(before);
    laptop.git("revert", "--no-edit", "HEAD");
    expect((await laptop.push("HEAD:refs/heads/main")).output).to.match(/Deploy #\d+ succeeded/);
    const log = laptop.logOfLatestRun();
    // The newest one was planted; the one before it counts.
    expect(log).to.include('its release.json is not the one that the job "Build" made');
    expect(log)
      .to.match(/taken from run \d+/)
      .and.include("it is not run again");
    expect(await live()).to.include(head());
    expect(await page()).not.to.include("PLANTED");
  });
});
