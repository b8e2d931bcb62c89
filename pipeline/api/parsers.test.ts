import { expect } from "chai";
import { call, refusalOf } from "./environment/call.ts";
import { pauseMs } from "./environment/poll.ts";
import { tellingLines } from "./logs/logs.ts";
import { acceptedHealth, isAccepted } from "./watch/health.ts";
import { autoTimeoutMinutes, timeoutMinutes } from "./watch/timeout.ts";

describe("acceptedHealth", () => {
  const rows: [string, string, string, boolean][] = [
    ["green", "Green", "Ok", true],
    ["green", "Yellow", "Warning", false],
    ["yellow", "Yellow", "Warning", true],
    ["none", "Grey", "", true],
    ["Ok,Warning", "Yellow", "Warning", true],
    ["Ok, NoData", "Grey", "No Data", true],
    ["Ok", "Green", "Info", false],
  ];
  for (const [input, health, healthStatus, accepted] of rows) {
    it(`${input} ${accepted ? "accepts" : "does not accept"} ${health} ${healthStatus}`, () => {
      const reading = {
        id: "",
        status: "Ready",
        versionLabel: "",
        abortable: false,
        url: "",
        health,
        healthStatus,
      };
      expect(isAccepted(reading, acceptedHealth(input))).to.equal(accepted);
    });
  }
  it("refuses what it does not know", () =>
    expect(() => acceptedHealth("blue")).to.throw(/must be green, yellow/));
});

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
      expect(autoTimeoutMinutes(settings)).to.equal(minutes);
    });
  }
  it("parses auto and minutes, and nothing else", () => {
    expect([timeoutMinutes("auto"), timeoutMinutes("20")]).to.deep.equal([undefined, 20]);
    for (const wrong of ["0", "1.5", "soon", ""])
      expect(() => timeoutMinutes(wrong)).to.throw(/must be auto/);
  });
});

describe("pauseMs", () => {
  it("looks often at first and every five seconds in the end, with jitter", () => {
    expect(pauseMs(0, 0.5)).to.equal(300);
    expect(pauseMs(36_000, 0.5)).to.equal(3000);
    expect([pauseMs(3_600_000, 0), pauseMs(3_600_000, 1)]).to.deep.equal([3750, 6250]);
  });
});

describe("call", () => {
  const error = (name: string, message = "", more = {}): Error =>
    Object.assign(new Error(message), { name, ...more });
  const rows: [Error, string][] = [
    [
      error(
        "InvalidParameterValue",
        "Environment named x is in an invalid state for this operation. Must be Ready.",
      ),
      "busy",
    ],
    [error("InvalidParameterValue", "Application Version v1 already exists."), "version-exists"],
    [error("InvalidParameterValue", "No Application Version named 'v1' found."), "no-version"],
    [error("TemporaryMaintainanceException"), "maintenance"],
    [error("InvalidRequestException"), "basic-health"],
    [error("ValidationError"), "other"],
  ];
  for (const [given, refusal] of rows) {
    it(`takes ${given.name} "${given.message}" for ${refusal}`, () =>
      expect(refusalOf(given)).to.equal(refusal));
  }

  const clock = { now: () => new Date(), sleep: async () => {} };
  const worded: [Error, string][] = [
    [
      error("AccessDenied", "User: x is not authorized to perform: elasticbeanstalk:UpdateEnvironment"),
      "AccessDenied",
    ],
    [error("InsufficientPrivilegesException"), "AccessDenied"],
    [error("ExpiredToken"), "RoleNotAssumable"],
    [error("InvalidParameterValue", "No Application named 'x' found."), "EnvironmentNotFound"],
    [
      error("InvalidParameterValue", "Unable to download from S3 location (Bucket: b Key: k)."),
      "VersionUnusable",
    ],
    [error("S3LocationNotInServiceRegionException"), "VersionUnusable"],
    [error("TooManyApplicationVersionsException"), "VersionUnusable"],
    [error("OperationInProgressException", "", { Code: "OperationInProgressFailure" }), "ServiceUnavailable"],
    [error("Throttling", "Rate exceeded"), "ServiceUnavailable"],
    [error("TemporaryMaintainanceException"), "ServiceUnavailable"],
  ];
  for (const [given, code] of worded) {
    it(`words ${given.name} as ${code}`, async () => {
      const thrown = await call("UpdateEnvironment", clock, () => Promise.reject(given)).catch(
        (caught) => caught,
      );
      expect(thrown).to.have.property("code", code);
    });
  }

  it("repeats a call through maintenance", async () => {
    let calls = 0;
    const answer = await call("DescribeEnvironments", clock, async () => {
      calls += 1;
      if (calls < 3) throw error("TemporaryMaintainanceException");
      return "answer";
    });
    expect([answer, calls]).to.deep.equal(["answer", 3]);
  });
});

describe("tellingLines", () => {
  const rule = "-".repeat(40);
  const tail = (files: Record<string, string>): string =>
    Object.entries(files)
      .map(([name, text]) => `${rule}\n/var/log/${name}\n${rule}\n${text}\n`)
      .join("\n\n");

  it("prefers the instance that the update launched, and the platform's errors among its lines", () => {
    const logs = [
      { instanceId: "i-old", text: tail({ "web.stdout.log": "all is well" }) },
      {
        instanceId: "i-new",
        text: tail({
          "eb-engine.log": "2026/11/23 [INFO] starting\n2026/11/23 [ERROR] the process exited",
          "web.stdout.log": "Error: no DATABASE_URL\n    at main",
        }),
      },
    ];
    expect(tellingLines(logs, new Set(["i-old"]))).to.deep.equal({
      instanceId: "i-new",
      application: ["Error: no DATABASE_URL", "    at main"],
      engine: ["2026/11/23 [ERROR] the process exited"],
    });
  });

  it("tells nothing where there is nothing", () => {
    expect(tellingLines([{ instanceId: "i", text: "" }], new Set())).to.equal(undefined);
  });
});
