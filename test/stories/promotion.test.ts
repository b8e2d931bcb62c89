import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { skipTests } from "../exhaustive/release/commits.ts";
import { Laptop, type Running } from "../laptop.ts";

/** What a visitor gets of a site: its release, and its pages' bytes. */
async function served(site: string): Promise<{ release: string; bytes: Record<string, string> }> {
  const get = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${site}/${path}`, { cache: "no-store" });
    if (response.status !== 200) throw new Error(`${site}/${path} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  const page = await get("");
  const assets = [...page.toString("utf8").matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(
    ([, key]) => key ?? "",
  );
  const bytes = await Promise.all(
    ["", ...assets].map(async (key) => [
      key,
      createHash("sha256")
        .update(await get(key))
        .digest("hex"),
    ]),
  );
  const release = JSON.parse((await get("release.json")).toString("utf8")) as { id: string };
  return { release: release.id, bytes: Object.fromEntries(bytes) };
}

describe("staging, then the environment that pushes go to", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  let start: Running;
  after(() => laptop.dispose());

  const workflow = ".github/workflows/pipeline-deploy.yml";
  before(() => {
    skipTests(laptop);
    laptop.commit("CHANGELOG.md", laptop.read("CHANGELOG.md"), "Leave the tests out");
  });

  const waits = /Promote.*waiting: a review for "promotion"/;
  const attempts = (environment: string): readonly string[] => {
    try {
      const ledger = join(laptop.clone, ".local/aws/s3/udagram-local-artifacts");
      return readdirSync(ledger, { recursive: true, encoding: "utf8" }).filter((key) =>
        key.includes(environment),
      );
    } catch {
      return [];
    }
  };
  const api = async (address: string): Promise<unknown> => (await fetch(`${address}/version`)).json();

  it("goes live in staging, and waits there with nothing begun elsewhere", async () => {
    start = laptop.begin("npm", ["start", "--", "--staging"]);
    await start.says(waits);
    const { site, staging } = laptop.state;
    expect((await served(staging?.site ?? "")).release).to.match(/^\d{8}T\d{6}Z-/);
    expect((await fetch(`${site}/release.json`)).status).to.equal(404);
    expect(attempts("environments/local")).to.deep.equal([]);
  });

  it("once somebody agrees, the same bytes go live in the next environment", async () => {
    const promote = await laptop.run("npm", "run", "promote", "--", "--comment", "looks right");
    expect(promote.code, promote.output).to.equal(0);
    await start.says(/Udagram is live as/);
    const { site, api: address, staging } = laptop.state;
    const live = await served(site);
    expect(live).to.deep.equal(await served(staging?.site ?? ""));
    expect(Object.keys(live.bytes).length).to.be.greaterThan(1);
    expect(await api(address)).to.deep.equal(await api(staging?.api ?? ""));
  });

  it("one that somebody rolled back in staging while it waited goes nowhere, by a job run again neither", async () => {
    const { site, github } = laptop.state;
    const before = await served(site);
    laptop.commit("CHANGELOG.md", `${laptop.read("CHANGELOG.md")}\n`, "Wait for a word");
    const push = laptop.begin("git", ["push", "local", "HEAD:main"]);
    await push.says(waits);
    const onStaging = ["--environment", "staging", "--reason", "it looks wrong"];
    const rollback = await laptop.run("npm", "run", "rollback", "--", ...onStaging);
    expect(rollback.code, rollback.output).to.equal(0);
    const promote = await laptop.run("npm", "run", "promote");
    expect(promote.code, promote.output).to.equal(1);
    const words = promote.output.replace(/\s+/g, " ");
    expect(words, words).to.contain('may not go on from "staging": somebody rolled back there');
    expect(await served(site)).to.deep.equal(before);

    const run = async (path: string, method: string): Promise<{ workflow_runs?: { id: number }[] }> => {
      const headers = { authorization: `Bearer ${github.token}` };
      const response = await fetch(`${github.api}/repos/${github.repository}/actions/${path}`, {
        method,
        headers,
      });
      return (await response.json()) as { workflow_runs?: { id: number }[] };
    };
    const [waited] = (await run("workflows/deploy.yml/runs?per_page=1", "GET")).workflow_runs ?? [];
    await run(`runs/${waited?.id}/rerun-failed-jobs`, "POST");
    await laptop.run("npm", "run", "runs", "--", "--wait");
    expect(laptop.logOfLatestRun()).not.to.contain("attempt of local is open");
    expect(await served(site)).to.deep.equal(before);

    const resume = laptop.begin("npm", ["run", "resume", "--", "--environment", "staging"]);
    await resume.says(waits);
    const again = await laptop.run("npm", "run", "promote");
    expect(again.code, again.output).to.equal(0);
    expect((await served(site)).release).to.contain(laptop.git("rev-parse", "--short=7", "HEAD"));
    await resume.finished;
  });

  it("a release that fails in staging is put back there and goes nowhere else", async () => {
    const { site, staging } = laptop.state;
    const before = await served(site);
    const verified = /(name: Verify\n(?:.*\n)*?.*routes: ).*\n/;
    const broken = laptop
      .read(workflow)
      .replace(verified, "$1/api/v0/nothing-here 200\n")
      .replace(/( timeout-seconds: ).*verify-timeout-seconds.*/, (_, key: string) => `${key}1`);
    laptop.commit(workflow, broken, "Ask for what is not there");
    const push = await laptop.push();
    // Its lines are as wide as a terminal.
    const said = push.output.replace(/\s*\n(?:remote:)?\s+/g, " ");
    expect(said).to.match(/nothing-here answers 404, not 200/);
    // What is skipped is not told: neither job did anything.
    expect(push.output).not.to.match(/\/ (?:Promote|Deploy) /);
    expect(await served(staging?.site ?? "")).to.deep.equal(before);
    expect(await served(site)).to.deep.equal(before);
  });

  it("stops and leaves nothing behind", async () => {
    await start.interrupt();
  });
});
