import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Laptop, type Running } from "../laptop.ts";

const uses = (name: string): string => `acme/pipeline/.github/workflows/pipeline-${name}.yml@v1`;
const permissions =
  "id-token: write, contents: read, actions: write, deployments: write, pull-requests: write";

const built = `api-entry: api/main.js
      site-directory: site`;
const verified = `release-json: false
      routes: /api/members 200 application/json`;

/** A repository that knows nothing of this one but the names of its workflows. Its page calls the API by a path. */
const files: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ name: "chess", version: "1.0.0", type: "module" }),
  "package-lock.json": JSON.stringify({
    name: "chess",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { name: "chess", version: "1.0.0" } },
  }),
  "api/main.js": `import { createServer } from "node:http";
const { CLUB_SITE: site, CLUB_API: api, CLUB_DATABASE: database, PORT } = process.env;
createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ members: ["ana"], site, api, database }));
}).listen(Number(PORT));
`,
  "site/index.html": '<!doctype html><title>Chess club</title><p id="members" data-from="/api/members"></p>',
  ".github/workflows/live.yml": `name: Live
on: { push: { branches: [trunk] }, workflow_dispatch: {} }
jobs:
  pipeline:
    uses: ${uses("deploy")}
    permissions: { ${permissions} }
    with:
      ${built}
      suites: "[]"
      ${verified}
`,
  ".github/workflows/back.yml": `name: Back
on: { workflow_dispatch: { inputs: { operation: {}, to: {}, reason: {} } } }
jobs:
  pipeline:
    uses: ${uses("rollback")}
    permissions: { ${permissions} }
    with:
      operation: \${{ inputs.operation }}
      to: \${{ inputs.to }}
      reason: \${{ inputs.reason }}
      deploy-workflow: live.yml
      ${verified}
`,
  ".github/workflows/pull-request.yml": `name: Pull request
on: { pull_request: { branches: [trunk] } }
jobs:
  pipeline:
    uses: ${uses("pull-request")}
    permissions: { ${permissions} }
    with:
      ${built}
      suites: "[]"
`,
};

const properties = `# What the club's API looks for
CLUB_SITE=\${site.url}
CLUB_API=\${api.url}
CLUB_DATABASE=\${database.host}:\${database.port}/\${database.name}
`;

describe("npm start for any repository", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  const theirs = join(mkdtempSync(join(tmpdir(), "theirs-")), "Chess Club");
  let stack: Running;
  after(async () => {
    await laptop.dispose();
    rmSync(dirname(theirs), { recursive: true, force: true });
  });

  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: theirs, encoding: "utf8" }).trim();
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(theirs, file)), { recursive: true });
    writeFileSync(join(theirs, file), text);
  };
  const commit = (subject: string): void => {
    git("add", "--all");
    git("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "--quiet", "-m", subject);
  };
  const start = (...options: string[]): Running =>
    laptop.begin("npm", ["start", "--", "--repository", theirs, ...options]);
  const others = join(laptop.clone, ".local/repositories");
  const members = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${laptop.state.app}/api/members`)).json()) as Record<string, unknown>;

  it("names what the repository lacks before anything starts", async () => {
    const refusal = async (...options: string[]): Promise<string> => {
      const { code, output } = await start(...options).finished;
      expect(code, output).to.equal(1);
      expect(output).to.not.contain("starting");
      return output;
    };
    expect(await refusal()).to.contain("there is no folder");
    mkdirSync(theirs);
    expect(await refusal()).to.match(/no working copy of a git repository.*\n.*git init/);
    git("init", "--quiet", "--initial-branch=trunk");
    expect(await refusal()).to.match(/has no commit.*\n.*git commit/);
    write("package.json", JSON.stringify({ engines: { node: "18.x || 20.x" } }));
    commit("Begin");
    expect(await refusal()).to.match(/calls the pipeline's pipeline-deploy.yml.*\n.*docs\/adopting.md/);
    const { ".github/workflows/live.yml": live = "" } = files;
    write(".github/workflows/live.yml", live.replace("branches: [trunk]", "tags: [v1]"));
    commit("Go live by a tag");
    expect(await refusal()).to.match(/"live.yml" runs on pushes of no branch/);
    write(".github/workflows/live.yml", live);
    commit("Go live from trunk");
    expect(await refusal()).to.match(/asks for Node.js "18.x \|\| 20.x"/);
    for (const [file, text] of Object.entries(files)) write(file, text);
    commit("Found the chess club");
    write("theirs.env", "CLUB\n");
    const wrong = join(theirs, "theirs.env");
    expect(await refusal("--env", wrong)).to.contain(`${wrong}:1: is not NAME=value`);
  });

  it("takes its HEAD live through its own workflows, with what the file says in the API's environment", async () => {
    const config = readFileSync(join(theirs, ".git/config"), "utf8");
    write("theirs.env", properties);
    stack = start("--env", join(theirs, "theirs.env"));
    await stack.says(/Stop:/);
    expect(stack.output, stack.output).to.match(/chess-club is live as /);
    expect(stack.output)
      .to.contain("?? theirs.env")
      .and.to.contain(`acme/pipeline is ${laptop.clone}`)
      .and.to.contain(laptop.state.app);
    const { site, api, app, database } = laptop.state;
    const { host, pathname } = new URL(database.url);
    expect(await members()).to.deep.equal({ members: ["ana"], site, api, database: `${host}${pathname}` });
    expect(await (await fetch(app)).text()).to.equal(files["site/index.html"]);
    expect(readFileSync(join(theirs, ".git/config"), "utf8")).to.equal(config);
    expect(laptop.git("remote")).to.equal("origin");
  });

  it("a push by the address that it printed goes live, and its rollback brings the earlier release back", async () => {
    write("api/main.js", (files["api/main.js"] ?? "").replace('["ana"]', '["ana", "bo"]'));
    commit("Let Bo in");
    const [, remote = ""] = /git push (\S+) HEAD:trunk/.exec(stack.output) ?? [];
    git("push", "--quiet", remote, "HEAD:trunk");
    expect((await members()).members).to.deep.equal(["ana", "bo"]);

    const rollback = await laptop.run("npm", "run", "rollback", "--", "--reason", "a story");
    expect(rollback.code, rollback.output).to.equal(0);
    expect((await members()).members).to.deep.equal(["ana"]);
    const releases = await laptop.run("npm", "run", "releases", "--", "--repository", theirs);
    expect(releases.output).to.contain("Found the chess club").and.to.contain("a story");
    const resume = await laptop.run("npm", "run", "resume", "--", "--repository", theirs);
    expect(resume.code, resume.output).to.equal(0);
    expect((await members()).members).to.deep.equal(["ana", "bo"]);
  });

  it("is forgotten by its own name alone", async () => {
    await stack.interrupt();
    await laptop.run("npm", "run", "reset", "--", "--yes");
    expect(readdirSync(others)).to.have.length(1);
    const reset = await laptop.run("npm", "run", "reset", "--", "--yes", "--repository", theirs);
    expect(reset.code, reset.output).to.equal(0);
    expect(readdirSync(others)).to.deep.equal([]);
  });
});
