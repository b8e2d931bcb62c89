import { expect } from "chai";
import { type Fixture, startFixture } from "../server-fixture.ts";

describe("what the repository's page says is live", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };

  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Begin", { "README.md": "1" });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  async function deployment(): Promise<number> {
    const { data } = await fixture.octokit.repos.createDeployment({
      ...repo,
      ...{ ref: "main", environment: "staging", auto_merge: false, required_contexts: [] },
    });
    return "id" in data ? data.id : 0;
  }
  const tell = (deployment_id: number, state: "success" | "in_progress" | "failure" | "error") =>
    fixture.octokit.repos.createDeploymentStatus({ ...repo, deployment_id, state });
  const page = async (): Promise<string> => (await fetch(`${fixture.github.url}/local/udagram`)).text();

  it("is what was live before, while an attempt is open and where one left nothing whole", async () => {
    await tell(await deployment(), "success");
    expect(await page()).not.to.contain("was live before");
    const next = await deployment();
    await tell(next, "in_progress");
    expect(await page())
      .to.contain("was live before")
      .and.to.contain('title="in progress"');
    await tell(next, "failure");
    expect(await page(), "it was put back").not.to.contain("was live before");
    await tell(await deployment(), "error");
    expect(await page()).to.contain("was live before");
  });
});
