import { expect } from "chai";
import { execBitProblems, preflight } from "./preflight.ts";
import type { ZipEntry } from "./zip.ts";

const entry = (name: string, text = "", mode = 0o644): ZipEntry => ({
  name,
  mode,
  content: Buffer.from(text),
});

describe("the preflight of an API bundle", () => {
  const sound = "option_settings:\n  a:b: { c: d }\n";
  const table: [string, ZipEntry, RegExp | undefined][] = [
    ["accepts settings as YAML", entry(".ebextensions/a.config", sound), undefined],
    ["accepts settings as JSON", entry(".ebextensions/a.config", '{"option_settings": {}}'), undefined],
    ["refuses settings that are no YAML", entry(".ebextensions/a.config", "a: [\n"), /a\.config is no YAML/],
    ["refuses settings with tabs", entry(".ebextensions/a.config", "a:\n\tb: c\n"), /a\.config is no YAML/],
    ["refuses settings that are a list", entry(".ebextensions/a.config", "- a\n"), /must be a mapping/],
    ["refuses settings that EB would not look at", entry(".ebextensions/a.yml", sound), /would be ignored/],
    ["lets files for the settings' own use be", entry(".ebextensions/files/a.txt"), undefined],
    ["accepts a hook that can run", entry(".platform/hooks/predeploy/a.sh", "#!/bin/sh\n", 0o755), undefined],
    ["refuses a hook without exec bit", entry(".platform/hooks/predeploy/a.sh", ""), /--chmod=\+x/],
    [
      "refuses a hook of Windows",
      entry(".platform/confighooks/prebuild/a.sh", "x\r\n", 0o755),
      /Windows line ends/,
    ],
    ["accepts an example of an .env", entry(".env.example"), undefined],
    ["refuses an .env of one stage", entry(".env.production"), /may hold secrets/],
    ["refuses an .env", entry(".platform/.env"), /may hold secrets/],
  ];
  for (const [sentence, one, problem] of table) {
    it(sentence, () => {
      const problems = [...preflight([one], 1000), ...execBitProblems(one)];
      if (problem === undefined) expect(problems).to.deep.equal([]);
      else expect(problems.join()).to.match(problem);
    });
  }

  it("refuses a bundle that EB would not take", () => {
    expect(preflight([], 600 * 1024 * 1024).join()).to.include("more than");
  });
});
