import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../scripts/root.ts";
import { complaints, complaintsSection } from "./complaints.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("complaints about other tools", () => {
  for (const { what, file, test } of complaints) {
    it(`${what}: is held by a test that there is`, () => expect(read(file)).to.include(`it("${test}`));
  }
  it("are in docs/reliability.md", () => {
    expect(read("docs/reliability.md")).to.include(complaintsSection());
  });
});
