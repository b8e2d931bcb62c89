import { expect } from "chai";
import { tierNames, tiersOf, tiersOfAttempt } from "./release-tiers.ts";
import { manifest } from "./store-fixture.ts";

describe("release store: the tiers of a release", () => {
  it("are those that its manifest has, in the order of a deploy", () => {
    const { api, site, migrations } = manifest;
    expect(tiersOf({ site, api, migrations })).to.deep.equal(["schema", "api", "site"]);
    expect(tiersOf({ site, api })).to.deep.equal(["api", "site"]);
    expect(tiersOf({ migrations: [] })).to.deep.equal(["schema"]);
  });

  it("are all three for an attempt from before they were recorded", () => {
    expect(tiersOfAttempt({})).to.deep.equal(["schema", "api", "site"]);
    expect(tiersOfAttempt({ tiers: ["api"] })).to.deep.equal(["api"]);
  });

  it("are given by name, and refused by name", () => {
    expect(tierNames("")).to.deep.equal([]);
    expect(tierNames("api, site\nschema")).to.deep.equal(["api", "site", "schema"]);
    expect(() => tierNames("api,database")).to.throw('one is "database"');
  });
});
