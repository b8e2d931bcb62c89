import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { SiteFile } from "../../bundle/manifest.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { refuseBakedAddress, type SharedBundle } from "./baked-address.ts";

describe("an address built into a site", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "baked-"));
    mkdirSync(join(folder, "site"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const types: Readonly<Record<string, string>> = {
    "app.js": "text/javascript; charset=utf-8",
    "index.html": "text/html; charset=utf-8",
    "app.js.map": "application/json",
    "sitemap.xml": "application/xml",
  };
  const look = (key: string, text: string, changes: Partial<SharedBundle> = {}): Promise<void> => {
    writeFileSync(join(folder, "site", key), text);
    const file: SiteFile = { sha256: "", bytes: 0, contentType: types[key] ?? "", cacheControl: "" };
    const manifest = { id: "20260101T000000Z-aaaaaaa", site: { files: { [key]: file } } };
    return refuseBakedAddress(folder, manifest, {
      environment: "staging",
      sharesWith: "production",
      apiUrl: "https://api.staging.example.com",
      siteUrl: "https://staging.example.com",
      ...changes,
    });
  };

  const one = { apiUrl: "https://app.example.com", siteUrl: "https://app.example.com" };
  const refused: [what: string, key: string, text: string, found: string, changes?: Partial<SharedBundle>][] =
    [
      [
        "in a script",
        "app.js",
        'fetch("https://api.staging.example.com/v0")',
        "https://api.staging.example.com",
      ],
      [
        "without a scheme",
        "app.js",
        'axios({ baseURL: scheme + "//api.staging.example.com" })',
        "//api.staging.example.com",
      ],
      [
        "in a page",
        "index.html",
        '<meta name="api" content="https://api.staging.example.com">',
        "https://api.staging.example.com",
      ],
      [
        "that is everything's, in a script",
        "app.js",
        'get("https://app.example.com/api")',
        "https://app.example.com",
        one,
      ],
      [
        "of whatever environment, where it is Elastic Beanstalk's own",
        "app.js",
        'a="http://tags.eba-x1.eu-west-1.elasticbeanstalk.com/api"',
        "http://tags.eba-x1.eu-west-1.elasticbeanstalk.com",
        { apiUrl: "" },
      ],
    ];
  for (const [what, key, text, found, changes] of refused) {
    it(`is refused ${what}, where another environment gets the same bundle`, async () => {
      const { code, message, hint } = await failureOf(look(key, text, changes));
      expect(code).to.equal("AddressBaked");
      expect(message).to.include(`"${found}" in "${key}"`).and.include("staging and production get the same");
      expect(hint).to.include("relative addresses").and.include("config.json");
      await look(key, text, { ...changes, sharesWith: "" });
    });
  }

  const allowed: [what: string, key: string, text: string, changes?: Partial<SharedBundle>][] = [
    [
      "another host that ends or begins alike",
      "app.js",
      'a="https://my-api.staging.example.com",b="api.staging.example.community"',
    ],
    [
      "the site's own, as canonical links have it",
      "index.html",
      '<link rel="canonical" href="https://app.example.com/">',
      one,
    ],
    ["in what is no page and no script", "sitemap.xml", "<loc>https://api.staging.example.com</loc>"],
    ["a relative one", "app.js", 'fetch("/api/v0/feed")'],
  ];
  for (const [what, key, text, changes] of allowed) {
    it(`may be ${what}`, () => look(key, text, changes));
  }
});
