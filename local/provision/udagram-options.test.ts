import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { udagramOptions } from "./udagram-options.ts";

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Properties?: { readonly OptionSettings?: readonly unknown[] } }>
  >;
}

describe("the options of Udagram's environments", () => {
  it("are those of the stack that the pipeline deploys to", () => {
    const file = new URL("../../infrastructure/environment.yml", import.meta.url);
    // Its own tags are CloudFormation's; what they give is of no interest here.
    const { Resources } = parse(readFileSync(file, "utf8"), { logLevel: "silent" }) as Template;
    const settings = Object.values(Resources).flatMap(({ Properties }) => Properties?.OptionSettings ?? []);
    expect(settings).to.deep.include.members([...udagramOptions()]);
  });
});
