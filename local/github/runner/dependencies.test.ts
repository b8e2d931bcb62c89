import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { Processes } from "../../processes.ts";
import { seedDependencies } from "./dependencies.ts";
import { createFixture, oneJob, type RunnerFixture } from "./runner-fixture.ts";
import { sweepWorkDirectory } from "./work-directory.ts";

const lockfile = JSON.stringify({ packages: { "": {}, "node_modules/a": {}, "site/node_modules/b": {} } });
const digest = createHash("sha256").update(lockfile).digest("hex");

const install = `- run: |
    mkdir -p node_modules/a site/node_modules/b
    echo a > node_modules/a/index.js; echo b > site/node_modules/b/index.js; ln -s ../site node_modules/site
    sha256sum package-lock.json | cut -d " " -f 1 > node_modules/.installed-lockfile
`;

describe("shared dependencies", () => {
  let fixture: RunnerFixture;
  let kept = "";
  beforeEach(() => {
    fixture = createFixture();
    fixture.commit({ "package-lock.json": lockfile, "site/index.html": "" });
    kept = join(fixture.workDirectory, "dependencies");
  });
  afterEach(() => fixture[Symbol.dispose]());

  it("are installed by one job and hard-linked into the next", async () => {
    const first = await fixture.run(oneJob(`- uses: actions/checkout@v7\n${install}`));
    expect(first.lines.at(-1)).to.equal(
      `Kept the dependencies of package-lock.json ${digest.slice(0, 12)} for the next jobs`,
    );
    const second = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- run: npm ci\n- run: cat node_modules/a/index.js site/node_modules/b/index.js; readlink node_modules/site; stat -c %h node_modules/a/index.js; ls site\n- run: rm -r node_modules",
      ),
    );
    expect(second.lines).to.include.members(["a", "b", "../site", "2", "index.html"]);
    expect(statSync(join(kept, digest, "node_modules", "a", "index.js")).nlink).to.equal(1);
  });

  it("are not linked for another kind of machine", async () => {
    await fixture.run(oneJob(`- uses: actions/checkout@v7\n${install}`));
    const { lines } = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- run: npm ci --offline --cpu=arm64 || ls node_modules || echo none",
      ),
    );
    expect(lines).to.include("none").and.not.include("a");
  });

  it("are not kept after a failure, of another lockfile, or when nobody says what was installed", async () => {
    await fixture.run(oneJob(`- uses: actions/checkout@v7\n${install}- run: exit 1`));
    await fixture.run(oneJob(`- uses: actions/checkout@v7\n${install}- run: echo >> package-lock.json`));
    await fixture.run(oneJob("- uses: actions/checkout@v7\n- run: mkdir -p node_modules/a"));
    expect(() => readdirSync(kept)).to.throw("ENOENT");
  });

  it("are whole or absent: two jobs that finish together keep one", async () => {
    const text = oneJob(`- uses: actions/checkout@v7\n${install}`);
    const runs = await Promise.all([fixture.run(text), fixture.run(text)]);
    expect(runs.map(({ conclusion }) => conclusion)).to.deep.equal(["success", "success"]);
    expect(readdirSync(kept)).to.deep.equal([digest]);
    expect(readdirSync(join(kept, digest)).sort()).to.deep.equal(["node_modules", "site"]);
  });

  it("come from the clone that starts the stack, so that the first job has them", async () => {
    const clone = join(fixture.directory, "source");
    const store = {
      workDirectory: fixture.workDirectory,
      processes: new Processes(join(fixture.directory, "seed.json")),
      environment: { PATH: process.env.PATH ?? "" },
    };
    expect(await seedDependencies(clone, store)).to.equal(false);
    mkdirSync(join(clone, "node_modules", "a"), { recursive: true });
    writeFileSync(join(clone, "node_modules", "a", "index.js"), "mine");
    writeFileSync(join(clone, "node_modules", ".installed-lockfile"), `${digest}\n`);
    expect(await seedDependencies(clone, store)).to.equal(true);
    expect(await seedDependencies(clone, store)).to.equal(false);
    // Written in place by the next install in the clone: the kept ones must not change with it.
    writeFileSync(join(clone, "node_modules", ".installed-lockfile"), "another");
    const run = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- run: npm ci && cat node_modules/a/index.js node_modules/.installed-lockfile",
      ),
    );
    expect(run.lines).to.include(`mine${digest}`);
  });

  it("come whole from the clone, though the server takes away what earlier runs left meanwhile", async () => {
    const clone = join(fixture.directory, "large");
    const packages = Array.from({ length: 400 }, (_, index) => `p${index}`);
    for (const name of packages) {
      mkdirSync(join(clone, "node_modules", name, "lib"), { recursive: true });
      writeFileSync(join(clone, "node_modules", name, "package.json"), "{}");
      writeFileSync(join(clone, "node_modules", name, "lib", "index.js"), "");
    }
    const text = JSON.stringify({ packages: { "": {}, "node_modules/p0": {} } });
    const its = createHash("sha256").update(text).digest("hex");
    writeFileSync(join(clone, "package-lock.json"), text);
    writeFileSync(join(clone, "node_modules", ".installed-lockfile"), its);
    const store = {
      workDirectory: fixture.workDirectory,
      processes: new Processes(join(fixture.directory, "large.json")),
      environment: { PATH: process.env.PATH ?? "" },
    };
    const isDone = seedDependencies(clone, store);
    await until(() => existsSync(kept) && readdirSync(kept).some((name) => name.startsWith(".")));
    await sweepWorkDirectory(fixture.workDirectory);
    expect(await isDone).to.equal(true);
    const seeded = readdirSync(join(kept, its, "node_modules"), { recursive: true });
    expect(seeded.filter((path) => String(path).endsWith("package.json"))).to.have.length(packages.length);
  });

  it("lose what a killed run left half done when the stack starts", async () => {
    for (const name of [".half", "old", "older", "newer", "newest"])
      mkdirSync(join(kept, name), { recursive: true });
    mkdirSync(join(fixture.workDirectory, "jobs", "1-1-1"), { recursive: true });
    writeFileSync(join(fixture.workDirectory, "jobs", "1-1-1", "file"), "");
    await sweepWorkDirectory(fixture.workDirectory);
    expect(readdirSync(kept)).to.have.length(3).and.not.to.include(".half");
    expect(readdirSync(fixture.workDirectory)).to.deep.equal(["dependencies"]);
  });
});
