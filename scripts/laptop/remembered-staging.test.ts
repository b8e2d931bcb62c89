import { expect } from "chai";
import { stagingOf } from "./remembered-staging.ts";

describe("npm start with staging, or without", () => {
  const asked = (staging: boolean, dropped: boolean, had: boolean) =>
    stagingOf({ staging, dropped }, had, "");

  it("keeps the staging that it had, and says so; gives it up only where that is asked for", () => {
    expect(asked(false, false, false)).to.deep.equal({ staging: false, note: undefined });
    expect(asked(true, false, false)).to.deep.equal({ staging: true, note: undefined });
    expect(asked(true, false, true)).to.deep.equal({ staging: true, note: undefined });
    expect(asked(false, false, true).staging).to.equal(true);
    expect(asked(false, false, true).note).to.contain("npm start -- --no-staging");
    expect(asked(false, true, false)).to.deep.equal({ staging: false, note: undefined });
    expect(asked(false, true, true).staging).to.equal(false);
    expect(asked(false, true, true).note).to.contain("without anybody's word");
  });
});
