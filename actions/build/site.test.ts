import { expect } from "chai";
import { cacheControl, contentType } from "./site.ts";

const immutable = "public,max-age=31536000,immutable";
const short = "public,max-age=300,must-revalidate";

describe("the headers of a site's file", () => {
  const caching: [string, string][] = [
    ["assets/app-B1x9_a3f.js", immutable],
    ["assets/fonts/inter-4fGh1_2x.woff2", immutable],
    ["assets/app.deadbee5.css", immutable],
    ["index.html", "no-cache"],
    ["about/index.htm", "no-cache"],
    ["assets/page-B1x9_a3f.html", immutable],
    ["assets/photo-original.png", short],
    ["app-B1x9_a3f.js", short],
    ["robots.txt", short],
    ["LICENSE", short],
  ];
  for (const [key, expected] of caching) {
    it(`keep ${key} as "${expected}"`, () => expect(cacheControl(key)).to.equal(expected));
  }

  const types: [string, string][] = [
    ["index.html", "text/html; charset=utf-8"],
    ["app.js", "text/javascript; charset=utf-8"],
    ["app.mjs", "text/javascript; charset=utf-8"],
    ["data.json", "application/json; charset=utf-8"],
    ["site.webmanifest", "application/manifest+json; charset=utf-8"],
    ["icon.svg", "image/svg+xml; charset=utf-8"],
    ["feed.xml", "application/xml; charset=utf-8"],
    ["photo.jpg", "image/jpeg"],
    ["font.woff2", "font/woff2"],
    ["LICENSE", "application/octet-stream"],
  ];
  for (const [key, expected] of types) {
    it(`call ${key} "${expected}"`, () => expect(contentType(key)).to.equal(expected));
  }
});
