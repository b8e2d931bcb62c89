import { expect } from "chai";
import { parseRoute } from "./route.ts";

describe("addresses of the site", () => {
  for (const [hash, route] of Object.entries({
    "": { page: "feed" },
    "#": { page: "feed" },
    "#/": { page: "feed" },
    "#/mine": { page: "mine" },
    "#/new": { page: "new" },
    "#/log-in": { page: "log-in" },
    "#/register": { page: "register" },
    "#/photo/12": { page: "photo", id: 12 },
    "#/photo/0": { page: "unknown" },
    "#/photo/12abc": { page: "unknown" },
    "#/photo/99999999999": { page: "unknown" },
    "#/constructor": { page: "unknown" },
    "#constructor": { page: "unknown" },
  })) {
    it(`"${hash}" is ${route.page}`, () => {
      expect(parseRoute(hash)).to.deep.equal(route);
    });
  }
});
