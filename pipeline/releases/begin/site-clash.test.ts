import { expect } from "chai";
import { refuseSiteClash } from "./site-clash.ts";

const file = { sha256: "a".repeat(64), bytes: 1, contentType: "application/json", cacheControl: "no-cache" };
const release = (...keys: string[]) => ({
  id: "20261101T080000Z-aaaaaaa",
  site: { files: Object.fromEntries(keys.map((key) => [key, file])) },
});

describe("a site that was built with what is written at deploy", () => {
  it("is refused by the names of both", () => {
    const site = release("index.html", "config.json", "release.json");
    expect(() => refuseSiteClash(site, { config: "{}", releaseJson: true })).to.throw(
      "has config.json and release.json, written at deploy",
    );
    expect(() => refuseSiteClash(site, { config: null, releaseJson: true })).to.throw("has release.json,");
  });

  it("may have them where nothing writes them", () => {
    refuseSiteClash(release("config.json", "release.json"), { config: null, releaseJson: false });
    refuseSiteClash(release("index.html"), { config: "{}", releaseJson: true });
  });
});
