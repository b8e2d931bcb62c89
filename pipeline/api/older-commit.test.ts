import { expect } from "chai";
import { type Fixture, startFixture } from "../../local/github/server/server-fixture.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { refuseOlder } from "./older-commit.ts";
import { madeBy } from "./versions/wanted-version.ts";

describe("refuseOlder", () => {
  let fixture: Fixture;
  let old = "";
  let head = "";
  before(async () => {
    fixture = await startFixture();
    old = await fixture.clone.commit("Begin", { "README.md": "1" });
    head = await fixture.clone.commit("Go on", { "README.md": "2" });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  async function refusal(running: string, sha: string, token = fixture.github.token) {
    const context = recordedContext({
      owner: "local",
      repository: "udagram",
      apiUrl: fixture.github.apiUrl,
      sha,
    });
    const description = `sha256:${"a".repeat(64)} ${running}`;
    const code = await refuseOlder({ label: "v2", description }, token, context).then(
      () => "deploys",
      (error: { code: string }) => error.code,
    );
    return [code, context.said.lines.join()];
  }

  it("refuses a commit that is older than what runs, by history", async () => {
    expect(await refusal(madeBy(head, "http://run"), old)).to.deep.equal(["CommitOlder", ""]);
    expect(await refusal(madeBy(old, "http://run"), head)).to.deep.equal(["deploys", ""]);
    expect(await refusal(madeBy(head, "http://run"), head)).to.deep.equal(["deploys", ""]);
  });

  it("claims nothing where it cannot be told, and says so where GitHub does not answer", async () => {
    expect(await refusal("made by hand", old)).to.deep.equal(["deploys", ""]);
    expect(await refusal(madeBy(head, "http://run"), old, "")).to.deep.equal(["deploys", ""]);
    const [code, said] = await refusal(madeBy(head, "http://run"), old, "no-such-token");
    expect(code).to.equal("deploys");
    expect(said).to.match(/whether this commit is older than what runs was not looked at/);
  });
});
