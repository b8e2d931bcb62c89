import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("options without the -- before them", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "swallowed-"));
    const scripts = Object.fromEntries(
      ["start", "rollback", "promote", "runs", "releases", "reset", "check"].map((name) => [
        name,
        `"${process.execPath}" "${join(root, "scripts", `${name}.ts`)}"`,
      ]),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function npm(...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile("npm", args, { cwd: folder, encoding: "utf8" }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  for (const { typed, remedy } of [
    { typed: "run rollback --dry-run", remedy: "npm run rollback -- --dry-run" },
    { typed: "run rollback --to=abc --dry-run", remedy: "npm run rollback -- --to abc --dry-run" },
    { typed: "run promote --reject", remedy: "npm run promote -- --reject" },
    { typed: "run runs --wait", remedy: "npm run runs -- --wait" },
    { typed: "run releases --all", remedy: "npm run releases -- --all" },
    { typed: "start --once", remedy: "npm start -- --once" },
    { typed: "run rollback --reason broken", remedy: "npm run rollback -- --reason broken" },
    { typed: "run rollback --reason a --to=b c", remedy: "npm run rollback -- --to b --reason <value>" },
    { typed: "run rollback --dryrun", remedy: "npm run rollback -- --dry-run" },
    { typed: "run promote --rejct", remedy: "npm run promote -- --reject" },
    { typed: "run reset --repository=x", remedy: "npm run reset -- --repository x" },
  ]) {
    it(`npm ${typed} does nothing, and shows the form that does`, async () => {
      const { code, stderr } = await npm(...typed.split(" "));
      expect(code).to.equal(2);
      expect(stderr).to.contain(`before the options: ${remedy}\n`);
    });
  }

  it("a word left over does nothing either", async () => {
    const { code, stderr } = await npm("run", "rollback", "--to", "abc");
    expect(code).to.equal(2);
    expect(stderr).to.contain("npm run rollback -- --to abc");
  });

  it("with the -- they are the command's", async () => {
    const { code, stdout } = await npm("run", "check", "--", "--help");
    expect(code).to.equal(0);
    expect(stdout).to.contain("Usage: npm run check -- [options]");
  });
});
