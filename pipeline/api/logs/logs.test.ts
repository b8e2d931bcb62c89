import { expect } from "chai";
import { excerptOf } from "./logs.ts";

describe("excerptOf", () => {
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
    expect(excerptOf(logs, new Set(["i-old"]))).to.deep.equal({
      instanceId: "i-new",
      application: ["Error: no DATABASE_URL", "    at main"],
      engine: ["2026/11/23 [ERROR] the process exited"],
    });
  });

  it("tells nothing where there is nothing", () => {
    expect(excerptOf([{ instanceId: "i", text: "" }], new Set())).to.equal(undefined);
  });
});
