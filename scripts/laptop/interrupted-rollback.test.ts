import { expect } from "chai";
import { interruptedRollback } from "./interrupted-rollback.ts";

describe("npm start after a stop in the middle of a rollback", () => {
  const workflow = (file: string) => ({
    ...{ file, pipeline: undefined, ref: undefined, inputs: {}, branches: undefined },
  });
  const calling = { deploy: workflow("deploy.yml"), rollback: workflow("back.yml") };
  const chosen = (...runs: readonly (readonly [file: string, state: "ended" | "interrupted"])[]) =>
    interruptedRollback(
      runs.map(([file, state], index) => ({
        ...{ id: runs.length - index, path: `.github/workflows/${file}`, state },
      })),
      calling,
    );

  it("runs it again where nothing has ended since, and leaves older ones alone", () => {
    expect(chosen(["back.yml", "interrupted"], ["deploy.yml", "ended"])).to.equal(2);
    expect(chosen(["deploy.yml", "interrupted"], ["back.yml", "interrupted"])).to.equal(1);
    expect(chosen(["other.yml", "ended"], ["back.yml", "interrupted"])).to.equal(1);
    expect(chosen(["deploy.yml", "ended"], ["back.yml", "interrupted"])).to.equal(undefined);
    expect(chosen(["back.yml", "ended"], ["back.yml", "interrupted"])).to.equal(undefined);
    expect(chosen()).to.equal(undefined);
  });
});
