import { chmodSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { apiAlone, CustomerFixture } from "../../../test/customers/customer-fixture.ts";
import { readManifest } from "../../bundle/manifest.ts";
import { readZip } from "../../bundle/zip.ts";
import { githubWithArtifacts, ownRunId } from "../../github/artifacts-fixture.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { filesOf } from "../build-fixture.ts";
import type { BuildInputs } from "../inputs.ts";
import { run } from "../run.ts";

type Files = Readonly<Record<string, string>>;

const listens = 'require("node:http").createServer().listen(process.env.PORT);\n';
const json = (value: object): string => `${JSON.stringify(value)}\n`;

/** An API that needs no packages. */
const plain: Files = {
  "api/package.json": json({ name: "api", scripts: { start: "node index.js" } }),
  "api/index.js": listens,
};

describe("an API's folder, as it is,", () => {
  const customers: CustomerFixture[] = [];
  afterEach(() => {
    for (const customer of customers.splice(0)) customer.close();
  });
  const customer = (files: Files): CustomerFixture => {
    const made = new CustomerFixture(files);
    customers.push(made);
    return made;
  };
  const build = async (made: CustomerFixture, inputs: Partial<BuildInputs> = {}) => {
    await made.build({ "api-directory": "api", ...inputs });
    const entries = readZip(readFileSync(join(made.bundle, "api.zip")), "api.zip");
    const { api } = await readManifest(made.bundle);
    return { names: entries.map(({ name }) => name), entries, version: api?.version, node: api?.node };
  };
  const own = ["index.js", "package.json"];
  const ours = [".platform/nginx/conf.d/elasticbeanstalk/pipeline-release.conf", "version.json"];

  it("brings its files in the commit, and what its command wrote", async () => {
    const made = customer({
      ...plain,
      ".gitignore": "dist/\n",
      "api/views/index.pug": "p\n",
      "web/index.html": "",
    });
    const command =
      "mkdir -p api/dist web/dist && echo 1 | tee api/dist/built.js web/dist/other.js && test $LEVEL = 2";
    const { names } = await build(made, { "api-command": command, "build-env": { LEVEL: "2" } });
    expect(names).to.have.members([...own, ...ours, "dist/built.js", "views/index.pug"]);
  });

  it("keeps its start, its settings and its modes; the root's settings stand in for its own", async () => {
    const made = customer({
      ...plain,
      "api/Procfile": "web: node index.js\n",
      "api/bin/run": "#!/bin/sh\n",
      "api/.ebextensions/own.config": "option_settings: {}\n",
      ".ebextensions/root.config": "option_settings: {}\n",
      ".platform/hooks/predeploy/a.sh": "#!/bin/sh\n",
    });
    const { names, entries } = await build(made);
    expect(names).to.have.members([
      ...own,
      ...ours,
      "Procfile",
      "bin/run",
      ".ebextensions/own.config",
      ".platform/hooks/predeploy/a.sh",
    ]);
    expect(entries.find(({ name }) => name === "bin/run")?.mode).to.equal(0o755);
  });

  it("at the repository's root leaves out the site's package, and what .ebignore names", async () => {
    const made = customer({
      "package.json": json({ scripts: { start: "node index.js" } }),
      "index.js": listens,
      ".ebignore": "docs/\n*.pem\n",
      "docs/any.md": "",
      "test.pem": "-----BEGIN PRIVATE KEY-----\n",
      ".github/workflows/a.yml": "",
      "web/package.json": json({ name: "web" }),
      "web/dist/index.html": "<!doctype html>",
    });
    const { names } = await build(made, { "api-directory": ".", "site-directory": "web/dist" });
    expect(names).to.have.members([...own, ...ours, ".ebignore"]);
  });

  it("has the file that a link leads to", async () => {
    const made = customer({ ...plain, "shared/words.json": "{}\n" });
    symlinkSync("../shared/words.json", join(made.directory, "api", "words.json"));
    made.commit({});
    const { entries } = await build(made);
    const words = entries.find(({ name }) => name === "words.json");
    expect(Buffer.from(words?.content ?? []).toString()).to.equal("{}\n");
  });

  it("has the same version for the same content, and another for other files, processors and Node.js", async () => {
    const made = customer(plain);
    const { version } = await build(made);
    made.commit({ "README.md": "other\n" });
    expect((await build(made)).version).to.equal(version);
    expect((await build(customer(plain))).version).to.equal(version);
    const other = process.arch === "arm64" ? "x64" : "arm64";
    expect((await build(made, { "api-architecture": other })).version).not.to.equal(version);
    chmodSync(join(made.directory, "api", "index.js"), 0o755);
    made.commit({});
    expect((await build(made)).version).not.to.equal(version);
  });

  it("is taken from an earlier run, with nothing done for it, where only the site changed", async () => {
    const site = { "web/package.json": "{}", "web/site/index.html": "<!doctype html>" };
    const made = customer({ ...plain, ...site, "api/migrations/1-a.js": "exports.up = () => {};\n" });
    const inputs = {
      "api-directory": "api",
      "migrations-directory": "api/migrations",
      "api-command": `echo built >> ${join(made.directory, "..", "built")}`,
      "site-directory": "web/site",
    };
    const first = await made.build(inputs);
    const { "api-artifact": name, "api-result": folder } = first.said.outputs;
    const { api, migrations } = await readManifest(made.bundle);
    const files = filesOf(String(folder));
    const sha = made.git("rev-parse", "HEAD").trim();
    const github = await githubWithArtifacts(join(made.directory, "..", "github"), [
      { name: String(name), files, document: "api.json", sha, job: "Build" },
    ]);
    const buildsAfter = async (change: Files): Promise<number> => {
      made.commit(change);
      const recorded = made.context();
      const event = { repository: { default_branch: "main" } };
      const own = { apiUrl: github.apiUrl, event, runId: ownRunId, sha: github.take(made.directory) };
      const context = { ...recorded, run: { ...recorded.run, ...own } };
      await run({ ...apiAlone, ...inputs, "github-token": github.token }, context);
      return readFileSync(join(made.directory, "..", "built"), "utf8").split("\n").length - 1;
    };
    try {
      expect(await buildsAfter({ "web/site/index.html": "<!doctype html><title>other</title>" })).to.equal(1);
      expect(await readManifest(made.bundle)).to.deep.include({ api, migrations });
      expect(await buildsAfter({ "README.md": "words\n", LICENSE: "" })).to.equal(1);
      expect(await buildsAfter({ "api/index.js": `${listens}// other` })).to.equal(2);
    } finally {
      await github.stop();
    }
  });

  const packages = { dependencies: { express: "5.1.0" } };
  const refused: [string, Files, Partial<BuildInputs>, string, RegExp][] = [
    ["the folder is missing", plain, { "api-directory": "server" }, "BuildFailed", /no files in "server"/],
    ["it has no package.json", { "api/index.js": "" }, {}, "BuildFailed", /"api" has no package\.json/],
    [
      "nothing says how it starts",
      { "api/package.json": "{}", "api/main.js": listens },
      {},
      "BuildFailed",
      /nothing says how it is started: add a `start` script/,
    ],
    [
      "its start is a tool of development",
      {
        ...plain,
        "api/package.json": json({
          scripts: { start: "NODE_ENV=x nodemon ." },
          devDependencies: { nodemon: "3" },
        }),
      },
      {},
      "BuildFailed",
      /`start` runs "nodemon", and nodemon is a devDependency/,
    ],
    [
      "it is compiled where it starts",
      {
        ...plain,
        "api/package.json": json({
          scripts: { prestart: "npm run build", build: "rimraf dist && tsc", start: "cross-env A=1 node ." },
          devDependencies: { typescript: "5", "cross-env": "7" },
        }),
      },
      {},
      "BuildFailed",
      /`start` runs "tsc", and typescript is a devDependency.*; the script `start` runs "cross-env"/,
    ],
    [
      "a Procfile has no web",
      { ...plain, "api/Procfile": "worker: node a\n" },
      {},
      "BuildFailed",
      /no line `web:/,
    ],
    [
      "it does not listen on PORT",
      { ...plain, "api/index.js": 'require("node:http").createServer().listen(3000);\n' },
      {},
      "BuildFailed",
      /index\.js does not listen on the environment variable PORT/,
    ],
    [
      "an .env is in the commit",
      { ...plain, "api/.env": "A=1\n" },
      {},
      "BuildFailed",
      /\.env may hold secrets/,
    ],
    [
      "a key is in the commit",
      { ...plain, "api/certs/a.txt": "-----BEGIN RSA PRIVATE KEY-----\n" },
      {},
      "BuildFailed",
      /certs\/a\.txt holds a private key/,
    ],
    [
      "a registry's token is in the commit",
      { ...plain, "api/.npmrc": "//registry.npmjs.org/:_authToken=npm_abc\n" },
      {},
      "BuildFailed",
      /\.npmrc holds a token of a registry/,
    ],
    [
      "no platform has its Node.js",
      { ...plain, "api/package.json": json({ engines: { node: "14.x" }, scripts: { start: "node ." } }) },
      {},
      "BuildFailed",
      /no platform of Elastic Beanstalk has Node\.js "14\.x"/,
    ],
    [
      "node-version is not what it allows",
      { ...plain, "api/package.json": json({ engines: { node: "22.x" }, scripts: { start: "node ." } }) },
      { "node-version": 24 },
      "BuildFailed",
      /allows Node\.js "22\.x", not 24/,
    ],
    [
      "there is no lockfile",
      { ...plain, "api/package.json": json({ scripts: { start: "node ." }, ...packages }) },
      {},
      "DependenciesNotInstalled",
      /the API in "api" has no lockfile/,
    ],
    [
      "there are two lockfiles",
      { ...plain, "api/package.json": json(packages), "api/package-lock.json": "{}", "api/yarn.lock": "" },
      {},
      "DependenciesNotInstalled",
      /"api" has 2 lockfiles: package-lock\.json, yarn\.lock/,
    ],
    [
      "the lockfile's workspaces are others",
      {
        ...plain,
        "api/package.json": json(packages),
        "package-lock.json": json({ packages: { "": {}, web: {}, "node_modules/web": { link: true } } }),
      },
      {},
      "DependenciesNotInstalled",
      /"package-lock\.json" does not install "api": it has web/,
    ],
    [
      "the lockfile is another package manager's than package.json says",
      {
        ...plain,
        "api/package.json": json({ packageManager: "pnpm@10.0.0", ...packages }),
        "api/yarn.lock": "",
      },
      {},
      "DependenciesNotInstalled",
      /lockfile of yarn, and its package\.json says packageManager "pnpm@10\.0\.0"/,
    ],
    [
      "its command fails",
      plain,
      { "api-command": "exit 7" },
      "BuildFailed",
      /"exit 7" failed with exit code 7/,
    ],
    [
      "it is given as a folder and as a file",
      plain,
      { "api-entry": "api/index.js" },
      "InvalidInputs",
      /"api-directory" and "api-entry" are both set/,
    ],
  ];
  for (const [sentence, files, inputs, code, message] of refused) {
    it(`is refused where ${sentence}`, async () => {
      const error = await failureOf(customer(files).build({ "api-directory": "api", ...inputs }));
      expect(error.message).to.match(message);
      expect([error.code, typeof error.hint]).to.deep.equal([code, "string"]);
    });
  }

  it("is refused where a link leads out of the repository", async () => {
    const made = customer(plain);
    mkdirSync(join(made.directory, "..", "outside"));
    symlinkSync("../../outside", join(made.directory, "api", "out"));
    made.commit({});
    const error = await failureOf(build(made));
    expect(error.message).to.include('"api/out" is a link that leads to no file of the repository');
  });
});
