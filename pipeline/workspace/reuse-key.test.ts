import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../kit/failure-fixture.ts";
import { type Origins, resultName, reuseKey } from "./reuse-key.ts";
import { Workspace } from "./workspace-fixture.ts";

describe("the key of a result", () => {
  let folder: string;
  let space: Workspace;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-key-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  let spaces = 0;
  beforeEach(() => {
    space = new Workspace(join(folder, `workspace-${spaces++}`));
  });

  const origins: Origins = { paths: ["backend"], settings: { command: "true" }, maker: import.meta.url };
  const keyOf = (given: Partial<Origins> = {}) => reuseKey(space.directory, { ...origins, ...given });

  it("is the same for a commit that changes nothing that is read", async () => {
    const { key, files, changed } = await keyOf();
    expect(key).to.match(/^[0-9a-f]{32}$/);
    expect([files, changed]).to.deep.equal([4, []]);
    space.commit({ "README.md": "hello\n", "frontend/pages/robots.txt": "changed\n" });
    expect((await keyOf()).key).to.equal(key);
  });

  const changes: Readonly<Record<string, () => Partial<Origins>>> = {
    "a file that is read": () => {
      space.commit({ "backend/src/greet.ts": "changed\n" });
      return {};
    },
    "the mode of a file that is read": () => {
      space.git("update-index", "--chmod=+x", "backend/src/greet.ts");
      space.git("commit", "--quiet", "--message", "next");
      return {};
    },
    "the lockfile, which the paths need not name": () => {
      space.commit({ "package-lock.json": '{ "lockfileVersion": 3 }\n' });
      return {};
    },
    "a setting": () => ({ settings: { command: "false" } }),
    "what makes it": () => ({ maker: new URL("./reuse-key.ts", import.meta.url).href }),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is another one after a change of ${what}`, async () => {
      const { key } = await keyOf();
      expect((await keyOf(change())).key).not.to.equal(key);
    });
  }

  it("does not describe files that differ from the commit: their result gets a name of its run", async () => {
    const run = { runId: 7, runAttempt: 2 };
    const key = await keyOf();
    expect(resultName("bundle", key, run)).to.equal(`bundle-${key.key}`);
    space.write({ "backend/src/new.ts": "new\n", "package-lock.json": "changed\n", "README.md": "any\n" });
    const unlike = await keyOf();
    expect(unlike.changed).to.deep.equal(["backend/src/new.ts", "package-lock.json"]);
    expect(resultName("bundle", unlike, run)).to.equal("bundle-of-run-7-2");
  });

  it("is none where the paths match no file", async () => {
    const { code, message } = await failureOf(keyOf({ paths: ["nowhere"] }));
    expect(code).to.equal("InvalidInputs");
    expect(message).to.include("nowhere");
  });
});
