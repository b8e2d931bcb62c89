import { expect } from "chai";
import { ownProgram } from "./own-program.ts";

describe("a program of an action's own", () => {
  const rows = [
    ["file:///r/pipeline/build/migrations.ts", "file:///r/pipeline/build/describe-worker.ts"],
    ["file:///r/actions/dist/main/build.js", "file:///r/actions/dist/describe-worker.js"],
    ["file:///r/actions/dist/chunks/A1.js", "file:///r/actions/dist/describe-worker.js"],
  ] as const;
  for (const [module, program] of rows) {
    it(`of ${module} is ${program}`, () => {
      expect(ownProgram(module, "describe-worker").href).to.equal(program);
    });
  }
});
