import { expect } from "chai";
import { parseOptions } from "./options-file.ts";
import { planOptions } from "./plan-options.ts";

const group = "aws:autoscaling:asg";
const properties = "aws:elasticbeanstalk:application:environment";

describe("the file of option settings", () => {
  const wanted = [{ namespace: group, name: "MinSize", value: "02" }];
  const forms: [string, string][] = [
    ["namespaces with their options", `${group}:\n  MinSize: 02\n`],
    ["the section of a configuration file", `option_settings:\n  ${group}: { MinSize: 02 }\n`],
    [
      "the list that the API takes, in JSON",
      `[{"Namespace": "${group}", "OptionName": "MinSize", "Value": "02"}]`,
    ],
    ["the list of a configuration file", `- namespace: ${group}\n  option_name: MinSize\n  value: 02\n`],
  ];
  for (const [what, text] of forms) {
    it(`takes ${what}`, () => expect(parseOptions("a.yml", text)).to.deep.equal(wanted));
  }
  const wrong: [string, string, RegExp][] = [
    ["a tab", `${group}:\n\tMinSize: 2\n`, /"a\.yml" cannot be used: Tabs are not allowed .* line 2/],
    ["nothing", "", /it sets no option/],
    ["what is no namespace", "MinSize: { x: 2 }\n", /"MinSize" is no namespace/],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuses ${what}`, () => expect(() => parseOptions("a.yml", text)).to.throw(message));
  }
});

describe("planOptions", () => {
  const plan = (current: Record<string, string>, ...wanted: [string, string, string?][]) =>
    planOptions(
      wanted.map(([namespace, name, value]) => ({
        namespace,
        name,
        ...(value === undefined ? {} : { value }),
      })),
      new Map(Object.entries(current)),
    );

  it("shows what differs, without what environment properties hold, and what it was", () => {
    const { steps, before, isApart } = plan(
      { [`${group} MinSize`]: "1", [`${group} MaxSize`]: "4", [`${properties} KEY`]: "old" },
      [group, "MaxSize", "4"],
      [group, "MinSize", "2"],
      [properties, "KEY", "secret"],
      [properties, "NEW", "secret"],
    );
    expect(steps.map(({ action, reason }) => `${action}  (${reason})`)).to.deep.equal([
      `set-option ${group} MinSize  ("1" to "2")`,
      `set-option ${properties} KEY  (*** to ***)`,
      `set-option ${properties} NEW  (nothing to ***)`,
    ]);
    expect(before.at(-1)).to.deep.equal({ namespace: properties, name: "NEW" });
    expect(isApart).to.equal(false);
  });

  it("takes away what has no value, once", () => {
    expect(plan({ [`${properties} NEW`]: "x" }, [properties, "NEW"]).changes).to.have.length(1);
    expect(plan({}, [properties, "NEW"]).changes).to.deep.equal([]);
  });

  it("sets them apart from the version where the policy that is, or is to be, replaces instances", () => {
    const command = "aws:elasticbeanstalk:command";
    expect(plan({ [`${command} DeploymentPolicy`]: "Immutable" }, [group, "MinSize", "2"]).isApart).to.equal(
      true,
    );
    expect(plan({}, [command, "DeploymentPolicy", "TrafficSplitting"]).isApart).to.equal(true);
    expect(plan({ [`${command} DeploymentPolicy`]: "Rolling" }, [group, "MinSize", "2"]).isApart).to.equal(
      false,
    );
  });
});
