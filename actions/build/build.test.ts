import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { GitHub } from "../../local/github/server/server.ts";
import { githubWithArtifacts, type LeftArtifact } from "../lib/artifacts-fixture.ts";
import { readManifest } from "../lib/bundle.ts";
import { checkBundle } from "../lib/bundle-check.ts";
import { type RecordedContext, recordedContext } from "../lib/context-fixture.ts";
import { declared } from "../lib/contract-fixture.ts";
import { ActionError } from "../lib/errors.ts";
import { Workspace } from "../lib/workspace-fixture.ts";
import { readZip } from "../lib/zip.ts";
import { type BuildInputs, inputs as specification } from "./inputs.ts";
import { run } from "./run.ts";

const inputs: BuildInputs = {
  "github-token": "",
  "api-entry": "backend/src/main.ts",
  "site-command": "node frontend/build.mjs",
  "site-directory": "frontend/dist",
  "cache-control": [],
  "content-type": [],
  redirects: [],
  "migrations-directory": "backend/migrations",
  directory: "release",
  paths: [
    ".ebextensions",
    ".platform",
    "backend",
    "frontend",
    "package-lock.json",
    ":(exclude,glob)**/*.test.ts",
  ],
};

describe("build", () => {
  let folder: string;
  let count = 0;
  const servers: GitHub[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-build-"));
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const inside = (name: string): string => {
    count += 1;
    return join(folder, `${name}-${count}`);
  };

  const workspace = (): Workspace => new Workspace(inside("workspace"));

  const contextOf = ({ directory }: Workspace, apiUrl?: string): RecordedContext => {
    const event = { repository: { default_branch: "main" } };
    const workflow = { workspace: directory, temp: join(folder, "temp"), event, runId: 7 };
    return recordedContext(apiUrl === undefined ? workflow : { ...workflow, apiUrl }, {
      env: { PATH: process.env.PATH, INPUT_SECRET: "hidden" },
    });
  };

  const build = async (space: Workspace, given: Partial<BuildInputs> = {}): Promise<RecordedContext> => {
    const context = contextOf(space);
    await run({ ...inputs, ...given }, context);
    return context;
  };

  const failure = async (work: Promise<unknown>): Promise<ActionError> => {
    const error = await work.then(
      () => "succeeded",
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ActionError);
    return error as ActionError;
  };

  const filesOf = (directory: string): Record<string, Buffer> =>
    Object.fromEntries(
      readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(directory.length + 1), readFileSync(file)]),
    );

  it("writes a whole bundle, and says what it is", async () => {
    const space = workspace();
    const { said } = await build(space);
    const directory = join(space.directory, "release");
    const manifest = await readManifest(directory);
    await checkBundle(directory, manifest);
    expect(manifest.id).to.match(/^20260102T030405Z-[0-9a-f]{7}$/);
    expect(manifest.commit).to.equal(space.git("rev-parse", "HEAD").trim());
    expect(manifest.migrations.map(({ name, phase, reversible }) => [name, phase, reversible])).to.deep.equal(
      [
        ["20260101T000000Z-first", "expand", true],
        ["20260101T000001Z-second", "contract", false],
      ],
    );
    expect(Object.keys(manifest.site.files)).to.deep.equal([
      "assets/app-B1x9_a3f.js",
      "index.html",
      "robots.txt",
    ]);
    expect(said.outputs).to.deep.include({
      "release-id": manifest.id,
      "api-version": manifest.api.version,
      directory: "release",
      reused: false,
    });
    expect(said.outputs.artifact).to.match(/^bundle-[0-9a-f]{32}$/);
    expect(said.summary).to.include(manifest.id);
    expect(Object.keys(said.outputs)).to.have.members(declared("build").outputs);
  });

  it("gives the site's files the headers and redirects that are asked for", async () => {
    const space = workspace();
    await build(space, {
      "cache-control": [{ glob: "robots.txt", value: "no-store" }],
      "content-type": [{ glob: "robots.txt", value: "text/x-robots" }],
      redirects: [{ key: "old/page", to: "/" }],
    });
    const directory = join(space.directory, "release");
    const manifest = await readManifest(directory);
    await checkBundle(directory, manifest);
    const { "robots.txt": robots, "old/page": old, "index.html": page } = manifest.site.files;
    expect(robots).to.include({ cacheControl: "no-store", contentType: "text/x-robots" });
    expect(old).to.include({ redirect: "/", bytes: 0, cacheControl: "no-cache" });
    expect(page).to.include({ cacheControl: "no-cache" }).and.not.have.property("redirect");
    for (const key of ["robots.txt", "assets", "index.html/old", "release.json"]) {
      const { code, message } = await failure(build(space, { redirects: [{ key, to: "/" }] }));
      expect([code, message.includes(`"${key}"`)]).to.deep.equal(["BuildFailed", true]);
    }
  });

  it("refuses a site's file that is too large for a release, by name", async () => {
    const space = workspace();
    const film = `fs.ftruncateSync(fs.openSync("frontend/dist/film.mp4", "w"), 2.2e9)`;
    const command = `node frontend/build.mjs && node -e '${film}'`;
    const { code, message } = await failure(build(space, { "site-command": command }));
    expect([code, message]).to.deep.equal(["BuildFailed", 'the site\'s file "film.mp4" has more than 2 GiB']);
  });

  it("reads the inputs that it declares", () => {
    expect(Object.keys(specification)).to.have.members(declared("build").inputs);
  });

  it("packs the API so that Elastic Beanstalk runs it with nothing to install", async () => {
    const space = workspace();
    await build(space);
    const entries = readZip(readFileSync(join(space.directory, "release", "api.zip")), "api.zip");
    expect(entries.map(({ name, mode }) => [name, mode.toString(8)])).to.deep.equal([
      [".ebextensions/options.config", "644"],
      [".platform/hooks/prebuild/check.sh", "755"],
      ["Procfile", "644"],
      ["package.json", "644"],
      ["server.mjs", "644"],
      ["version.json", "644"],
    ]);
    const text = (file: string): string =>
      Buffer.from(entries.find(({ name }) => name === file)?.content ?? []).toString();
    const { api } = await readManifest(join(space.directory, "release"));
    expect(JSON.parse(text("version.json"))).to.deep.equal({ version: api.version });
    expect(text("Procfile")).to.equal("web: node server.mjs\n");
    expect(JSON.parse(text("package.json"))).not.to.have.property("dependencies");
    expect(text("server.mjs")).to.include("hello to");
  });

  it("makes the same bytes of the same commit, in another folder and at another time", async () => {
    const [one, other] = [workspace(), workspace()];
    await Promise.all([build(one), build(other)]);
    expect(filesOf(join(one.directory, "release"))).to.deep.equal(filesOf(join(other.directory, "release")));
  });

  it("leaves the API's version alone when only the site changes, and not when the API does", async () => {
    const space = workspace();
    const versions: unknown[] = [];
    const artifacts = new Set<unknown>();
    const changes: Record<string, string>[] = [
      {},
      { "frontend/pages/index.html": "new\n" },
      { "backend/src/greet.ts": "export const greet = () => 1;\n" },
    ];
    for (const change of changes) {
      if (Object.keys(change).length > 0) space.commit(change);
      const { said } = await build(space);
      versions.push(said.outputs["api-version"]);
      artifacts.add(said.outputs.artifact);
    }
    expect(versions[1]).to.equal(versions[0]);
    expect(versions[2]).not.to.equal(versions[1]);
    expect(artifacts.size).to.equal(3);
  });

  describe("with an earlier run", () => {
    /** Builds, leaves the result on GitHub, commits something that the build does not read, and builds again. */
    const reuse = async (change: (left: LeftArtifact) => LeftArtifact = (left) => left) => {
      const space = workspace();
      const first = await build(space);
      const files = filesOf(join(space.directory, "release"));
      const left = change({ name: String(first.said.outputs.artifact), branch: "main", files });
      const github = await githubWithArtifacts(inside("github"), [left]);
      servers.push(github);
      space.commit({ "README.md": "hello\n", "backend/src/greet.test.ts": "test\n" });
      const context = contextOf(space, github.apiUrl);
      rmSync(join(space.directory, "frontend", "dist"), { recursive: true });
      await run({ ...inputs, "github-token": github.token }, context);
      return { space, before: files, said: context.said };
    };

    it("takes its build when nothing that counts has changed, under the new commit's id", async () => {
      const { space, before, said } = await reuse();
      expect(said.outputs.reused).to.equal(true);
      expect(said.warnings).to.deep.equal([]);
      expect(said.lines[0]).to.include("taken from run 101");
      const after = filesOf(join(space.directory, "release"));
      const manifest = await readManifest(join(space.directory, "release"));
      expect(manifest.commit).to.equal(space.git("rev-parse", "HEAD").trim());
      expect({ ...after, "release.json": "" }).to.deep.equal({ ...before, "release.json": "" });
      expect(readdirSync(join(space.directory, "frontend"))).not.to.include("dist");
    });

    it("does not take what another branch built", async () => {
      const { said } = await reuse((left) => ({ ...left, branch: "feature" }));
      expect(said.outputs.reused).to.equal(false);
    });

    it("does not take what has expired", async () => {
      const { said } = await reuse((left) => ({ ...left, expired: true }));
      expect(said.outputs.reused).to.equal(false);
    });

    it("builds again when the artifact is damaged, and says so", async () => {
      const { said, space } = await reuse((left) => ({
        ...left,
        files: { ...left.files, "api.zip": "torn" },
      }));
      expect(said.outputs.reused).to.equal(false);
      expect(said.warnings.join()).to.include("api.zip was changed");
      await checkBundle(
        join(space.directory, "release"),
        await readManifest(join(space.directory, "release")),
      );
    });

    it("builds when GitHub does not answer, and says so", async () => {
      const space = workspace();
      const context = contextOf(space, "http://127.0.0.1:1");
      await run({ ...inputs, "github-token": "token" }, context);
      expect(context.said.outputs.reused).to.equal(false);
      expect(context.said.warnings.join()).to.include("could not ask GitHub");
    });
  });

  it("names what differs from the commit, and offers it to no later run", async () => {
    const space = workspace();
    space.write({ "backend/src/greet.ts": "export const greet = () => 2;\n" });
    const { said } = await build(space);
    expect(said.warnings.join()).to.include("backend/src/greet.ts");
    expect(said.outputs.artifact).to.equal("bundle-of-run-7-1");
  });

  it("shows the children of a build none of the action's inputs", async () => {
    const space = workspace();
    await build(space, { "site-command": 'node frontend/build.mjs; test -z "$INPUT_SECRET"' });
  });

  describe("fails, naming the place,", () => {
    it("when the API cannot be bundled", async () => {
      const space = workspace();
      space.commit({ "backend/src/main.ts": 'import "./nowhere.ts";\n' });
      const error = await failure(build(space));
      expect(error.code).to.equal("BuildFailed");
      expect(error.message).to.include("backend/src/main.ts:1:8").and.include("./nowhere.ts");
    });

    it("when the site's command fails", async () => {
      const error = await failure(build(workspace(), { "site-command": "echo oops; exit 3" }));
      expect(error.message).to.include("exit code 3");
    });

    it("in one go when several parts are broken", async () => {
      const space = workspace();
      space.commit({ "backend/src/main.ts": "const = 1;\n" });
      const error = await build(space, { "site-command": "exit 3" }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(AggregateError);
      expect((error as AggregateError).errors).to.have.length(2);
    });

    const migrations: [string, string, string, RegExp][] = [
      [
        "has no down",
        "20260101T000002Z-third.ts",
        'export const phase = "expand"; export const up = () => {};',
        /neither a function down nor `down = false`/,
      ],
      [
        "has another phase",
        "20260101T000002Z-third.ts",
        'export const phase = "both"; export const up = () => {}; export const down = false;',
        /phase "both"/,
      ],
      ["throws on import", "20260101T000002Z-third.ts", 'throw new Error("at once");', /at once/],
      ["is misnamed", "add-things.ts", "", /misnamed migrations.*add-things\.ts/],
    ];
    for (const [sentence, file, text, message] of migrations) {
      it(`when a migration ${sentence}`, async () => {
        const space = workspace();
        space.commit({ [`backend/migrations/${file}`]: text });
        const error = await failure(build(space));
        expect(error.message).to.match(message).and.include(file);
      });
    }

    it("when the site holds what is written at deploy", async () => {
      const space = workspace();
      space.commit({ "frontend/pages/config.json": "{}\n" });
      expect((await failure(build(space))).message).to.include("config.json");
    });

    for (const directory of [".", "../elsewhere", "backend"]) {
      it(`when the bundle is to be written to "${directory}"`, async () => {
        const space = workspace();
        const error = await failure(build(space, { directory }));
        expect(error.code).to.equal("InvalidInputs");
        expect(error.message).to.include(`"${directory}"`);
        expect(readdirSync(join(space.directory, "backend"))).to.include("src");
      });
    }
  });
});
