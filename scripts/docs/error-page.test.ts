import { expect } from "chai";
import { errorCodes } from "../../pipeline/kit/errors.ts";
import { errorPage } from "./error-page.ts";

describe("the page of errors", () => {
  it("lists every code once, in order", () => {
    const page = errorPage(errorCodes, []);
    const listed = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(listed).to.deep.equal(Object.keys(errorCodes).sort());
  });

  it("leads to the actions whose README says what to do", () => {
    const readme = {
      action: "verify",
      text: "## Failures\n\n| code | what |\n|---|---|\n| `LockLost`, `NotLive` | see |\n",
    };
    const page = errorPage(errorCodes, [readme]);
    expect(page.match(/\[verify\]\(\.\.\/actions\/verify\/README\.md#failures\)/g)).to.have.length(2);
  });

  it("refuses a README that explains a code which no action has", () => {
    const readme = { action: "verify", text: "## Failures\n\n| `NoSuchCode` | see |\n" };
    expect(() => errorPage(errorCodes, [readme])).to.throw('actions/verify/README.md explains "NoSuchCode"');
  });
});
