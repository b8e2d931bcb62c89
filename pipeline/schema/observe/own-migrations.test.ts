import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { judge } from "../judge/judge.ts";
import { ObserveFixture } from "./observe-fixture.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Folders of migrations of Udagram and of the customers that this repository plays. */
const folders = ["backend/migrations", ...globSync("test/customers/*/**/migrations", { cwd: root })]
  .filter((folder) => !folder.includes("node_modules"))
  .sort();

describe("migrations of Udagram and of its customers", () => {
  it("are there", () => expect(folders.length).to.be.at.least(2));

  for (const folder of folders) {
    it(`${folder}: none is unchecked, none has a finding, and none is accepted`, async () => {
      const fixture = await ObserveFixture.open();
      try {
        const files = globSync("*.{js,ts}", { cwd: join(root, folder) }).filter(
          (file) => !/\.test\./.test(file),
        );
        const seen = await fixture.replayFiles(files.sort().map((file) => join(root, folder, file)));
        expect(seen.map(({ name }) => name)).to.deep.equal(files.map((file) => basename(file)));
        for (const facts of seen) {
          if ("unseen" in facts) throw new Error(`${facts.name}: ${facts.unseen}`);
          const observed = judge(facts, { file: facts.name, postgres: fixture.major });
          if ("notChecked" in observed) throw new Error(`${facts.name}: ${observed.notChecked}`);
          expect(observed.findings.filter(({ severity }) => severity !== "info")).to.deep.equal([]);
          expect(observed.derived).to.equal(facts.phase ?? observed.derived);
        }
      } finally {
        await fixture.close();
      }
    });
  }
});
