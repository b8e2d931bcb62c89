import { expect } from "chai";
import { changeSettings, effectiveOptions, validateSettings } from "./option-settings.ts";

const asg = "aws:autoscaling:asg";
const command = "aws:elasticbeanstalk:command";
const minSize = (value: string) => ({ namespace: asg, name: "MinSize", value });

describe("option settings", () => {
  it("of the API win over .ebextensions, which win over the defaults", () => {
    expect(effectiveOptions([], []).get(asg, "MinSize")).equals("2");
    expect(effectiveOptions([], [minSize("3")]).get(asg, "MinSize")).equals("3");
    expect(effectiveOptions([minSize("4")], [minSize("3")]).get(asg, "MinSize")).equals("4");
  });

  it("that are removed uncover what lies below", () => {
    const settings = changeSettings([minSize("4")], [], [{ namespace: asg, name: "MinSize" }]);
    expect(effectiveOptions(settings, [minSize("3")]).get(asg, "MinSize")).equals("3");
  });

  it("become environment properties by their namespace", () => {
    const namespace = "aws:elasticbeanstalk:application:environment";
    expect(effectiveOptions([{ namespace, name: "A", value: "1" }], []).variables()).deep.equals({ A: "1" });
  });

  const problems: readonly (readonly [
    namespace: string,
    name: string,
    value: string,
    problem: RegExp | undefined,
  ])[] = [
    [command, "DeploymentPolicy", "Immutable", undefined],
    [
      command,
      "DeploymentPolicy",
      "Blue",
      /^Invalid option value: 'Blue' \(Namespace: '.*', OptionName: 'DeploymentPolicy'\)/,
    ],
    [command, "Timeout", "0", /less than minimum allowed value: 1/],
    [command, "Timeout", "soon", /not a number/],
    [command, "Tiemout", "5", /OptionName: 'Tiemout'\): Unknown configuration setting/],
    ["aws:elbv2:listener:443", "Protocol", "HTTPS", undefined],
    ["my:namespace", "A", "b", /Unknown configuration setting/],
  ];
  for (const [namespace, name, value, problem] of problems) {
    it(`${namespace} ${name}=${value} is ${problem === undefined ? "accepted" : "refused"}`, () => {
      const [found] = validateSettings([{ namespace, name, value }]);
      if (problem === undefined) expect(found).equals(undefined);
      else expect(found?.message).matches(problem);
    });
  }
});
