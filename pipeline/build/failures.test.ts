import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../kit/failure-fixture.ts";
import { BuildFixture } from "./build-fixture.ts";

describe("build fails, naming the place,", () => {
  let fixture: BuildFixture;
  before(() => {
    fixture = new BuildFixture();
  });
  after(() => fixture.close());

  it("when the API cannot be bundled", async () => {
    const space = fixture.workspace();
    space.commit({ "backend/src/main.ts": 'import "./nowhere.ts";\n' });
    const error = await failureOf(fixture.build(space));
    expect(error.code).to.equal("BuildFailed");
    expect(error.message).to.include("backend/src/main.ts:1:8").and.include("./nowhere.ts");
  });

  it("when the site's command fails", async () => {
    const error = await failureOf(
      fixture.build(fixture.workspace(), { "site-command": "echo oops; exit 3" }),
    );
    expect(error.message).to.include("exit code 3");
  });

  it("when a link of the site leads to a folder, or to nothing", async () => {
    for (const target of ["assets", "nowhere"]) {
      const command = `node frontend/build.mjs && ln -s ${target} frontend/dist/link`;
      const error = await failureOf(fixture.build(fixture.workspace(), { "site-command": command }));
      expect(error.code).to.equal("BuildFailed");
      expect(error.message).to.equal('the site\'s "link" is a link that leads to no file');
    }
  });

  it("in one go when several parts are broken", async () => {
    const space = fixture.workspace();
    space.commit({ "backend/src/main.ts": "const = 1;\n" });
    const error = await fixture.build(space, { "site-command": "exit 3" }).catch((reason: unknown) => reason);
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
    [
      "is named as another one but for its ending",
      "20260101T000000Z-first.js",
      "",
      /taken for each other: 20260101T000000Z-first\.js, 20260101T000000Z-first\.ts/,
    ],
    ["has no up", "add-things.ts", "", /add-things\.ts" has no function up/],
  ];
  for (const [sentence, file, text, message] of migrations) {
    it(`when a migration ${sentence}`, async () => {
      const space = fixture.workspace();
      space.commit({ [`backend/migrations/${file}`]: text });
      const error = await failureOf(fixture.build(space));
      expect(error.message).to.match(message).and.include(file);
    });
  }

  it("when the site holds what is written at deploy", async () => {
    for (const key of ["config.json", "release.json"]) {
      const space = fixture.workspace();
      space.commit({ [`frontend/pages/${key}`]: "{}\n" });
      expect((await failureOf(fixture.build(space))).message).to.include(key);
    }
  });

  it("when the API's own nginx files take the address at which the pipeline says the version", async () => {
    const folder = ".platform/nginx/conf.d/elasticbeanstalk";
    for (const [file, text] of [
      [`${folder}/mine.conf`, "location = /api/.release.json { return 204; }\n"],
      [`${folder}/pipeline-release.conf`, "location = /mine { return 204; }\n"],
    ] as const) {
      const space = fixture.workspace();
      space.commit({ [file]: text });
      const error = await failureOf(fixture.build(space));
      expect(error.code).to.equal("BuildFailed");
      expect(error.message).to.include(file).and.include("/api/.release.json");
    }
  });

  it("when a file of the site is too large for a release", async () => {
    const space = fixture.workspace();
    const film = `fs.ftruncateSync(fs.openSync("frontend/dist/film.mp4", "w"), 2.2e9)`;
    const command = `node frontend/build.mjs && node -e '${film}'`;
    const { code, message } = await failureOf(fixture.build(space, { "site-command": command }));
    expect([code, message]).to.deep.equal(["BuildFailed", 'the site\'s file "film.mp4" has more than 2 GiB']);
  });

  for (const directory of [".", "../elsewhere", "backend"]) {
    it(`when the bundle is to be written to "${directory}"`, async () => {
      const space = fixture.workspace();
      const error = await failureOf(fixture.build(space, { directory }));
      expect(error.code).to.equal("InvalidInputs");
      expect(error.message).to.include(`"${directory}"`);
      expect(readdirSync(join(space.directory, "backend"))).to.include("src");
    });
  }
});
