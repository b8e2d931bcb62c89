import { expect } from "chai";
import type { BundleConfiguration } from "../../bundle/configuration-files.ts";
import { settingsChanges, undecidedOptions } from "./settings-changes.ts";

const properties = "aws:elasticbeanstalk:application:environment";
const group = "aws:autoscaling:asg";

function bundle(
  options: Readonly<Record<string, string>>,
  resources: Readonly<Record<string, string>> = {},
  namespace = group,
): BundleConfiguration {
  return {
    options: Object.entries(options).map(([name, value]) => ({ namespace, name, value, file: "a.config" })),
    resources: new Map(Object.entries(resources)),
    problems: [],
  };
}

const values = (options: Readonly<Record<string, string>>, namespace = group) =>
  new Map(Object.entries(options).map(([name, value]) => [`${namespace} ${name}`, value]));

describe("settingsChanges", () => {
  const cooldown = (from: string) => `${group} Cooldown from ${from} to "a" (a.config)`;
  const rows: [string, Parameters<typeof settingsChanges>, string[]][] = [
    [
      "leaves what the environment has already",
      [bundle({ Cooldown: "a" }), bundle({}), values({ Cooldown: "a" }), values({})],
      [],
    ],
    [
      "names what the environment lacks",
      [bundle({ Cooldown: "a" }), bundle({}), values({}), values({})],
      [cooldown("nothing")],
    ],
    [
      "names what the running bundle has with another value",
      [bundle({ Cooldown: "a" }), bundle({ Cooldown: "b" }), values({ Cooldown: "b" }), values({})],
      [cooldown('"b"')],
    ],
    [
      "leaves what the API set over the running bundle",
      [bundle({ Cooldown: "a" }), bundle({ Cooldown: "c" }), values({ Cooldown: "b" }), values({})],
      [],
    ],
    [
      "names what has its default yet",
      [bundle({ Cooldown: "a" }), bundle({}), values({ Cooldown: "b" }), values({ Cooldown: "b" })],
      [cooldown('"b"')],
    ],
    [
      "leaves what the API set over a default",
      [bundle({ Cooldown: "a" }), bundle({}), values({ Cooldown: "b" }), values({ Cooldown: "360" })],
      [],
    ],
    [
      "leaves what only the running bundle has, since the environment may have it as well",
      [bundle({}), bundle({ Cooldown: "b" }), values({ Cooldown: "b" }), values({ Cooldown: "360" })],
      [],
    ],
    [
      "leaves an environment property that the API set",
      [bundle({ MODE: "a" }, {}, properties), bundle({}), values({ MODE: "b" }, properties), values({})],
      [],
    ],
    [
      "names resources that come, go or differ",
      [
        bundle({}, { A: "1", B: "1", C: "1" }),
        bundle({}, { B: "2", C: "1", D: "1" }),
        values({}),
        values({}),
      ],
      ["the resource A", "the resource B", "the resource D"],
    ],
  ];
  for (const [sentence, given, changes] of rows) {
    it(sentence, () => expect(settingsChanges(...given)).to.deep.equal(changes));
  }

  it("asks for defaults only where they decide", () => {
    const wanted = bundle({ Same: "a", Missing: "a", Known: "a", Open: "a" });
    const current = values({ Same: "a", Known: "b", Open: "b" });
    const open = undecidedOptions(wanted, bundle({ Known: "b" }), current);
    expect(open.map(({ name }) => name)).to.deep.equal(["Open"]);
  });
});
