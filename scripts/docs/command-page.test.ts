import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { exitCodes } from "../kit/exit-codes.ts";
import { root } from "../root.ts";
import { commandPage } from "./command-page.ts";

describe("the page of commands", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  /** Those that take options and answer `--help`. */
  const commands = Object.entries(scripts).filter(([, command]) => {
    const [, file] = /^node (scripts\/\S+\.ts)$/.exec(command) ?? [];
    if (file === undefined || !existsSync(join(root, file))) return false;
    return readFileSync(join(root, file), "utf8").includes("command(");
  });

  it("says of every command what its exit codes mean, and of no other", () => {
    expect(Object.keys(exitCodes).sort()).to.deep.equal(commands.map(([name]) => name).sort());
  });

  it("is what docs/commands.md holds", () => {
    expect(readFileSync(join(root, "docs/commands.md"), "utf8")).to.equal(commandPage());
  });
});
