import { expect } from "chai";
import { apiPath, releaseLocation } from "./release-location.ts";

describe("where nginx says which version an instance has", () => {
  const paths: [string, string][] = [
    ["/api", "/api/.release.json"],
    ["/api/", "/api/.release.json"],
    ["/v2/photos", "/v2/photos/.release.json"],
    ["/", "/.release.json"],
  ];
  for (const [given, address] of paths) {
    it(`is ${address} for the path "${given}"`, () => {
      expect(releaseLocation(apiPath(given))).to.equal(address);
    });
  }

  for (const given of [
    "",
    "api",
    "/api v2",
    "/api;",
    "/a/../b",
    "/{x}",
    "//api",
    "https://api.example.com",
    "/ä",
  ]) {
    it(`is nowhere for "${given}"`, () =>
      expect(() => apiPath(given)).to.throw("must be a path such as /api"));
  }
});
