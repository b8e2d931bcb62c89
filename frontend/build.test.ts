import { existsSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { buildSite } from "./build-site.ts";

describe("the built site", () => {
  let files: ReadonlyMap<string, Buffer>;
  before(async () => {
    files = await buildSite();
  });

  it("is the same, byte for byte, when it is built again", async () => {
    const again = await buildSite();
    expect([...again.keys()]).to.deep.equal([...files.keys()]);
    for (const [name, content] of files) expect(again.get(name)?.equals(content), name).to.equal(true);
  });

  it("names everything by its content, but the page and what frontend/public has as it is", () => {
    const folder = new URL("public/", import.meta.url);
    const asTheyAre = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
    const others = [...files.keys()].filter((name) => name !== "index.html" && !asTheyAre.includes(name));
    expect(others).to.have.length.greaterThan(2);
    for (const name of others) expect(name).to.match(/^assets\/[\w-]+-[0-9a-f]{8}\.\w+$/);
  });

  it("has less than 30 kB of JavaScript, as it travels", () => {
    const scripts = [...files].filter(([name]) => name.endsWith(".js")).map(([, content]) => content);
    expect(scripts).not.to.deep.equal([]);
    expect(scripts.reduce((sum, script) => sum + gzipSync(script).length, 0)).to.be.below(30_000);
  });

  it("loads nothing from elsewhere", () => {
    const page = files.get("index.html")?.toString() ?? "";
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    for (const address of addresses) expect(address).to.match(/^\.\/assets\//);
  });
});
