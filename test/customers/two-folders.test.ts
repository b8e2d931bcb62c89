import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Stack } from "../../local/stack.ts";
import { customerOf } from "../../scripts/laptop/customer/customer.ts";
import { type LiveByHand, leftovers, takeLiveByHand } from "./live-by-hand.ts";
import { bakeAddress, foundTwoFolders, startTwoFolders } from "./two-folders.ts";

describe("an app of two folders that is live without the pipeline", function () {
  this.timeout(900_000);
  const folder = mkdtempSync(join(tmpdir(), "udagram-customer-"));
  const repository = foundTwoFolders(join(folder, "two-folders"));
  let stack: Stack;
  let live: LiveByHand;

  before(async () => {
    const signal = new AbortController().signal;
    stack = await startTwoFolders(repository, { onProgress: () => {}, signal });
    bakeAddress(repository, stack.state.api);
    live = await takeLiveByHand(stack.state, "two-folders", repository.folder);
  });
  after(async () => {
    await stack?.stop();
    rmSync(customerOf(repository.folder).directory, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it("serves users and posts, from tables that the models made", async () => {
    const { api } = stack.state;
    const feed = (await (await fetch(`${api}/api/v0/feed`)).json()) as { rows: { caption: string }[] };
    expect(feed.rows.map(({ caption }) => caption)).to.deep.equal([
      "The cat of cy",
      "The cat of bo",
      "The cat of ana",
    ]);
    const login = await fetch(`${api}/api/v0/users/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ana@example.com", password: "the secret of ana" }),
    });
    expect(login.status).to.equal(200);
  });

  it("has a site that knows its API by heart, among files that nobody remembers", async () => {
    const { site, api } = stack.state;
    const page = await (await fetch(site)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
    expect(await (await fetch(`${site}${script}`)).text()).to.contain(`${api}/api/v0`);
    for (const [key, text] of Object.entries(leftovers))
      expect(await (await fetch(`${site}/${key}`)).text()).to.equal(text);
    expect(live.keys).to.include.members(["index.html", ...Object.keys(leftovers)]);
  });

  it("was never pushed", () => {
    expect(stack.github.runs()).to.deep.equal([]);
  });
});
