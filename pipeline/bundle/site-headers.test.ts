import { expect } from "chai";
import { cacheControl, contentEncoding, contentType, mayBeContentNamed } from "./site-headers.ts";

const immutable = "public, max-age=31536000, immutable";
const short = "public, max-age=300, must-revalidate";

describe("the headers of a site's file", () => {
  const caching: [string, string][] = [
    ["index.html", "no-cache"],
    ["about/index.htm", "no-cache"],
    ["assets/page-B1x9_a3f.html", "no-cache"],
    ["assets/app-B1x9_a3f.js", immutable],
    ["assets/app-ABCDEFGH.css", immutable],
    ["assets/index-DiwrfTda.js", immutable],
    ["assets/index-DiwrgTda3.js", short],
    ["assets/fonts/inter-4fGh1_2x.woff2", immutable],
    ["docs/assets/app.deadbee5.css", immutable],
    ["app-5XQ2L7AB.js", immutable],
    ["app.3f2a9c01.js", immutable],
    ["app.3f2a9c01.js.map", immutable],
    ["img.0123456789abcdef0123456789abcdef.png", immutable],
    ["app-ABCDEFGH.css", short],
    ["assets/photo-original.png", short],
    ["assets/photo-Vacation.png", short],
    ["assets/photo-20260801.png", short],
    ["assets/trip-jun-2026.png", short],
    ["trip-Jun-2026.png", short],
    ["report_20260801.pdf", short],
    ["LICENSE-TEMPLATE.txt", short],
    ["jquery-migration.js", short],
    ["robots.txt", short],
    ["LICENSE", short],
    ["sw.js", "no-cache"],
    ["data/all.json", "no-cache"],
    ["site.webmanifest", "no-cache"],
    ["Old.HTML", "no-cache"],
    ["index.html.br", "no-cache"],
    ["app.3f2a9c01.js.gz", immutable],
  ];
  for (const [key, expected] of caching) {
    it(`keep ${key} as "${expected}"`, () => expect(cacheControl(key)).to.equal(expected));
  }

  const named: [string, boolean][] = [
    ["assets/app-B1x9_a3f.js", true],
    ["app.3f2a9c01.js", true],
    ["app.3f2a9c01.js.map", true],
    // A digest that happens to have digits only, or letters only.
    ["style-59739099.css", true],
    ["static/media/logo.59739099.svg", true],
    ["app-deadbeef.js", true],
    ["assets/index-DiwrgTda3.js", false],
    ["assets/index-Diwrgtda.js", true],
    ["app-5XQ2L7AB.js", true],
    ["report-20261130.pdf", false],
    ["assets/photo-20260801.png", false],
    ["backup.20261130120000.zip", false],
    ["jquery-migration.js", false],
    ["photo-original.png", false],
    ["robots.txt", false],
  ];
  for (const [key, expected] of named) {
    it(`${expected ? "may" : "cannot"} be those of a content-named file at ${key}`, () =>
      expect(mayBeContentNamed(key)).to.equal(expected));
  }

  const types: [string, string][] = [
    ["index.html", "text/html; charset=utf-8"],
    ["app.js", "text/javascript; charset=utf-8"],
    ["app.mjs", "text/javascript; charset=utf-8"],
    ["app.js.map", "application/json; charset=utf-8"],
    ["data.json", "application/json; charset=utf-8"],
    ["site.webmanifest", "application/manifest+json; charset=utf-8"],
    ["icon.svg", "image/svg+xml; charset=utf-8"],
    ["feed.xml", "application/xml; charset=utf-8"],
    ["photo.jpg", "image/jpeg"],
    ["font.woff2", "font/woff2"],
    ["LICENSE", "application/octet-stream"],
    ["Old.HTML", "text/html; charset=utf-8"],
    ["app.js.br", "text/javascript; charset=utf-8"],
    ["icon.svg.gz", "image/svg+xml; charset=utf-8"],
    ["logo.svgz", "image/svg+xml; charset=utf-8"],
    ["backup.tar.gz", "application/gzip"],
  ];
  for (const [key, expected] of types) {
    it(`call ${key} "${expected}"`, () => expect(contentType(key)).to.equal(expected));
  }

  const encodings: [string, string | undefined][] = [
    ["app.js", undefined],
    ["app.js.br", "br"],
    ["app.js.gz", "gzip"],
    ["app.js.zst", "zstd"],
    ["logo.svgz", "gzip"],
    ["backup.tar.gz", undefined],
    ["people.csv.gz", undefined],
  ];
  for (const [key, expected] of encodings) {
    it(`say that ${key} is ${expected ? `encoded with ${expected}` : "as it is"}`, () =>
      expect(contentEncoding(key)).to.equal(expected));
  }
});
