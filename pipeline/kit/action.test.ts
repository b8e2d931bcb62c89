import { expect } from "chai";
import { reportFailure } from "./action.ts";
import { recordedContext } from "./context-fixture.ts";

describe("a step that fails", () => {
  it("because the runner's disk is full, says so rather than call it a bug", () => {
    const { runner, said } = recordedContext({});
    const titles: (string | undefined)[] = [];
    const fail = (message: string, title?: string): void => {
      titles.push(title);
      runner.fail(message);
    };
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    reportFailure({ ...runner, fail }, full);
    expect(titles).to.deep.equal(["RunnerDiskFull"]);
    expect(said.errors[0]).to.match(/^the runner's disk is full: ENOSPC.* To fix it: free space/);
  });
});
