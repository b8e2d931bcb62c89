import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandTo, wayTo } from "../pipeline/releases/store/commands.ts";
import { root } from "../scripts/root.ts";

/** What changes an environment: the one that pushes go to, where none is named. */
const commands = /npm run (?:rollback|resume|repair)\b|\boperation[ :=]+(?:rollback|resume|repair)\b/;

/** Lines that are no advice: comments, what a command says of itself in its help, and types. */
const isTold = (line: string): boolean =>
  !/^\s*(?:\/\/|\*|\/\*)/.test(line) && !/\b(?:usage|summary|help): /.test(line);

describe("every command that people are told", () => {
  const files = ["pipeline", "local", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter(
        (file) =>
          /\.(?:ts|mjs)$/.test(file) &&
          !/\.test\.ts$|-fixture\.ts$|node_modules|^bench\/|docs\/promises/.test(file),
      )
      .map((file) => join(folder, file)),
  );

  it("carries the environment that it is about", () => {
    const found = files.flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
        .filter(({ line }) => commands.test(line) && isTold(line)),
    );
    expect(found.length, "commands found").to.be.greaterThan(5);
    const without = found.filter(({ line }) => !/environment/i.test(line));
    expect(without.map(({ place, line }) => `${place} ${line.trim()}`)).to.deep.equal([]);
  });

  it("names it in words, for GitHub's terminal and for the laptop's", () => {
    const on = (isLaptop: boolean) => ({ environment: "staging", isLaptop });
    expect(wayTo("repair", "staging")).to.equal(
      "run rollback.yml with environment staging, operation repair (on the laptop `npm run repair -- --environment staging`)",
    );
    expect(commandTo("rollback", on(false), "r1")).to.equal(
      'gh workflow run rollback.yml -f environment=staging -f operation=rollback -f to=r1 -f reason="why"',
    );
    expect(commandTo("rollback", on(true), "r1")).to.equal(
      'npm run rollback -- --environment staging --to r1 --reason "why"',
    );
  });
});
