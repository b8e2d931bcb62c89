import type { LifecycleRule } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { expiringRules } from "./expiry-rules.ts";
import type { Found } from "./found.ts";
import { obstaclesOf } from "./obstacles.ts";

describe("the lifecycle rules of a bundle's bucket", () => {
  const key = "app/by-hand.zip";
  const rule = (more: Partial<LifecycleRule>): LifecycleRule => ({
    ID: "old",
    Status: "Enabled",
    Filter: { Prefix: "" },
    Expiration: { Days: 30 },
    ...more,
  });

  for (const [what, given, takes] of [
    ["of the whole bucket", rule({}), true],
    ["of its folder", rule({ Filter: { Prefix: "app/" } }), true],
    [
      "of its folder, as rules were written once",
      { ...rule({ Prefix: "app/" }), Filter: undefined } as never,
      true,
    ],
    [
      "of its folder and a tag",
      rule({ Filter: { And: { Prefix: "app/", Tags: [{ Key: "a", Value: "b" }] } } }),
      true,
    ],
    ["at a date", rule({ Expiration: { Date: new Date("2027-01-01") } }), true],
    ["of another folder", rule({ Filter: { Prefix: "logs/" } }), false],
    ["that is switched off", rule({ Status: "Disabled" }), false],
    ["that takes older versions alone", rule({ Expiration: { ExpiredObjectDeleteMarker: true } }), false],
  ] as const) {
    it(`${what}: ${takes ? "takes it" : "leaves it"}`, () => {
      expect(expiringRules([given], key)).to.have.length(takes ? 1 : 0);
    });
  }

  it("that take it are a refusal with the way out", () => {
    const found: Found = {
      api: {
        ...{ label: "v1", status: "Ready", health: "Green", platform: "Node.js 24", rules: [], settings: [] },
        bundle: {
          ...{ bucket: "uploads", key },
          read: { bytes: 1, modified: new Date(0) },
          expiry: expiringRules([rule({})], key),
        },
      },
      records: { names: undefined },
    };
    const [obstacle, ...others] = obstaclesOf(found);
    expect(others).to.deep.equal([]);
    expect(obstacle?.problem).to.contain('rule "old" deletes it after 30 days');
    expect(obstacle?.hint).to.contain("take the key out of that rule");
  });
});
