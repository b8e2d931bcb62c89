import { expect } from "chai";
import { excerptOf } from "./logs.ts";

describe("excerptOf", () => {
  const since = new Date("2026-11-23T12:00:00Z");
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
          "eb-engine.log": [
            "2026/11/23 11:00:00.000000 [ERROR] what an earlier deploy met",
            "2026/11/23 12:00:01.000000 [INFO] starting",
            "2026/11/23 12:00:02.123456 [ERROR] the process exited",
          ].join("\n"),
          "web.stdout.log": `{"time":${since.getTime() - 1000},"msg":"of before"}\nError: no DATABASE_URL\n    at main`,
        }),
      },
    ];
    expect(excerptOf(logs, new Set(["i-old"]), since)).to.deep.include({
      instanceId: "i-new",
      application: ["Error: no DATABASE_URL", "    at main"],
      engine: ["2026-11-23T12:00:02.123Z [ERROR] the process exited"],
    });
  });

  it("leaves out what the application wrote before, by the platform's or its own times", () => {
    const lines = [
      "Nov 23 11:59:59 ip-10-0-0-1 web[12]: Error: of the version before",
      "Nov 23 12:00:00 ip-10-0-0-1 web[34]: Error: of this one",
      `{"time":"2026-11-23T11:00:00Z","err":{"message":"of the version before"}}`,
    ];
    const logs = [{ instanceId: "i", text: tail({ "web.stdout.log": lines.join("\n") }) }];
    expect(excerptOf(logs, new Set(["i"]), since)?.application).to.deep.equal([lines[1]]);
  });

  it("tells nothing where there is nothing", () => {
    expect(excerptOf([{ instanceId: "i", text: "" }], new Set(), since)).to.equal(undefined);
  });
});
