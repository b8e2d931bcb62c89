import { expect } from "chai";
import { publishedFiles } from "./published-files.ts";

describe("publishedFiles", () => {
  const site = [
    "index.html",
    "app.js",
    "app.js.map",
    ".DS_Store",
    "img/.DS_Store",
    ".well-known/security.txt",
  ];

  it("is every file where nothing is excluded", () => {
    expect(publishedFiles(site, { exclude: [], publishAnyway: [] })).to.deep.equal(site);
  });

  it("leaves out what a glob names, at any depth that it says", () => {
    const exclude = ["**/.DS_Store", "**/*.map"];
    expect(publishedFiles(site, { exclude, publishAnyway: [] })).to.deep.equal([
      "index.html",
      "app.js",
      ".well-known/security.txt",
    ]);
  });

  const secrets = [
    ".env",
    "api/.env.production",
    ".npmrc",
    ".git-credentials",
    ".aws/credentials",
    ".ssh/config",
    "keys/id_ed25519",
    "tls/server.key",
    "tls/server.PEM",
    "terraform.tfstate",
  ];
  for (const key of secrets) {
    it(`refuses ${key}, which looks like a secret, unless it is named`, () => {
      const keys = ["index.html", key];
      expect(() => publishedFiles(keys, { exclude: [], publishAnyway: [] }))
        .to.throw(`"${key}"`)
        .with.property("code", "SecretFile");
      expect(publishedFiles(keys, { exclude: [], publishAnyway: [key] })).to.deep.equal(keys);
      expect(publishedFiles(keys, { exclude: [key], publishAnyway: [] })).to.deep.equal(["index.html"]);
    });
  }

  for (const key of [".env.example", "environment.js", "id_rsa.pub", "keynote.html", "key.svg"]) {
    it(`publishes ${key}`, () => {
      expect(publishedFiles([key], { exclude: [], publishAnyway: [] })).to.deep.equal([key]);
    });
  }
});
