import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { type Fixture, startFixture, workflow } from "../server-fixture.ts";

const byHand = `workflow_dispatch:
    inputs:
      operation: { type: choice, options: [rollback, resume], description: "what to <do>" }
      to: { default: previous, required: true }
      dry-run: { type: boolean, default: false }`;

const files = (started: string) => ({
  ".github/workflows/deploy.yml": workflow(
    "Deploy",
    "push: {branches: [main]}",
    `
- run: if [ ! -e ${started} ]; then touch ${started}; sleep 600; fi
`,
  ),
  ".github/workflows/rollback.yml": workflow(
    "Rollback",
    byHand,
    `
- run: echo "\${{ inputs.operation }} to \${{ inputs.to }} dry \${{ inputs.dry-run }}"
`,
  ),
});

describe("the buttons of the pages", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    const started = join(fixture.directory, "started");
    await fixture.clone.commit("Begin", files(started));
    await fixture.clone.attempt(["push", "local", "main"], { UDAGRAM_PUSH_QUIETLY: "1" });
    await until(() => existsSync(started));
  });
  after(() => fixture.stop());

  const page = async (path: string): Promise<string> => (await fetch(`${fixture.github.url}${path}`)).text();
  const press = (path: string, fields: Readonly<Record<string, string>> = {}, origin = fixture.github.url) =>
    fetch(`${fixture.github.url}/local/udagram${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: origin === "" ? {} : { origin },
      redirect: "manual",
    });
  const log = (id: number): Promise<string> => page(`/local/udagram/actions/runs/${id}/log/work`);

  it("are refused to other pages, and to programs that name none", async () => {
    for (const origin of ["http://evil.example", "null", ""]) {
      expect((await press("/actions/runs/1/cancel", {}, origin)).status, origin).to.equal(403);
    }
    expect(fixture.github.runs()[0]?.conclusion).to.equal(undefined);
  });

  it("cancel a run that goes on, and run again one that ended", async () => {
    expect(await page("/local/udagram/actions/runs/1"))
      .to.contain('<button class="act">Cancel</button>')
      .and.match(/data-confirm="Cancel [^"]* What was live stays live/);
    const { status, headers } = await press("/actions/runs/1/cancel");
    expect(status).to.equal(303);
    expect(headers.get("location")).to.match(/\/actions\/runs\/1$/);
    expect((await fixture.github.waitForRun(1)).conclusion).to.equal("cancelled");
    expect((await press("/actions/runs/1/cancel")).status).to.equal(409);
    expect(await page("/local/udagram/actions/runs/1"))
      .to.contain("Run again")
      .and.match(
        /data-confirm="Run [^"]* again\? It does once more what it did, with its commit [0-9a-f]{7}/,
      );
    expect((await press("/actions/runs/1/rerun")).status).to.equal(303);
    await until(() => fixture.github.runs()[0]?.conclusion === "success");
  });

  it("start a workflow with what its form says, filled by the button that led there", async () => {
    const home = await page("/local/udagram");
    expect(home).to.contain("rollback.yml?operation=resume").and.contain("Resume…");
    expect(home).not.to.contain("deploy.yml?");
    const form = await page("/local/udagram/actions/workflows/rollback.yml?operation=resume");
    expect(form)
      .to.contain("what to &lt;do&gt;")
      .and.contain('<option value="resume" selected>')
      .and.contain('name="input.to" value="previous" required');
    const started = await press("/actions/workflows/rollback.yml", {
      "input.operation": "resume",
      "input.to": "1a2b3c4",
      "input.dry-run": "true",
    });
    expect(started.status).to.equal(303);
    const id = Number(/(\d+)$/.exec(started.headers.get("location") ?? "")?.[1]);
    await fixture.github.waitForRun(id);
    expect(await log(id))
      .to.contain("resume to 1a2b3c4")
      .and.contain("dry true");
  });

  it("say what is wrong with a field", async () => {
    const refused = await press("/actions/workflows/rollback.yml", { "input.operation": "explode" });
    expect(refused.status).to.equal(422);
    expect(await refused.text()).to.contain("operation");
    expect((await press("/actions/workflows/none.yml")).status).to.equal(404);
  });
});
