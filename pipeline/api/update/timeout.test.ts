import { expect } from "chai";
import { autoTimeoutMinutes, timeoutMinutes } from "./timeout.ts";

describe("autoTimeoutMinutes", () => {
  const command = "aws:elasticbeanstalk:command";
  const rows: [string, Record<string, string>, number][] = [
    ["one batch with the default command timeout", {}, 16],
    [
      "every batch of a rolling deploy",
      { DeploymentPolicy: "Rolling", BatchSize: "1", BatchSizeType: "Fixed" },
      58,
    ],
    ["half the fleet at a time", { DeploymentPolicy: "Rolling", BatchSize: "50" }, 30],
    ["an immutable deploy", { DeploymentPolicy: "Immutable" }, 40],
    ["a longer command timeout", { Timeout: "1800" }, 36],
  ];
  for (const [name, options, minutes] of rows) {
    it(`allows ${minutes} minutes for ${name}`, () => {
      const settings = new Map(Object.entries(options).map(([key, value]) => [`${command} ${key}`, value]));
      settings.set("aws:autoscaling:asg MinSize", "4");
      expect(autoTimeoutMinutes(settings, 4)).to.equal(minutes);
    });
  }
  it("counts the instances that run, not the least that there may be", () => {
    const rolling = { DeploymentPolicy: "Rolling", BatchSize: "1", BatchSizeType: "Fixed" };
    const settings = new Map(Object.entries(rolling).map(([key, value]) => [`${command} ${key}`, value]));
    expect(autoTimeoutMinutes(settings, 20)).to.equal(282);
  });
  it("parses auto and minutes, and nothing else", () => {
    expect([timeoutMinutes("auto"), timeoutMinutes("20")]).to.deep.equal([undefined, 20]);
    for (const wrong of ["0", "1.5", "soon", ""])
      expect(() => timeoutMinutes(wrong)).to.throw(/must be auto/);
  });
});
