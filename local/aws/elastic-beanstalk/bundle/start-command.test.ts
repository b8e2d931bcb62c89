import { expect } from "chai";
import { allowsNodeMajor, startCommand } from "./start-command.ts";

const files = { procfile: undefined, packageJson: undefined, hasAppJs: false, hasServerJs: false };
const start = JSON.stringify({ scripts: { start: "node ." } });

describe("the start command of a bundle", () => {
  it("is the Procfile's web, then npm start, then app.js, then server.js", () => {
    const every = { procfile: "web: node main.js", packageJson: start, hasAppJs: true, hasServerJs: true };
    const commands = [
      every,
      { ...every, procfile: undefined },
      { ...every, procfile: undefined, packageJson: "{}" },
      { ...every, procfile: undefined, packageJson: undefined, hasAppJs: false },
    ].map((one) => startCommand(one));
    expect(commands).deep.equals([
      { kind: "procfile", command: "node main.js", others: [] },
      { kind: "generated", command: "npm start" },
      { kind: "generated", command: "node app.js" },
      { kind: "generated", command: "node server.js" },
    ]);
  });

  it("names the Procfile's other processes", () => {
    const found = startCommand({
      ...files,
      procfile: "# all\r\nworker: node w.js\r\nweb: node s.js --a=b:c\r\n",
    });
    expect(found).deep.equals({ kind: "procfile", command: "node s.js --a=b:c", others: ["worker"] });
  });

  it("is missing in a bundle with nothing to start, and in a Procfile without web", () => {
    expect(startCommand(files)).property("reason").contains("failed to generate a 'Procfile'");
    expect(startCommand({ ...files, procfile: "worker: node w.js", hasAppJs: true })).property(
      "kind",
      "none",
    );
  });
});

describe("engines.node", () => {
  const table: readonly (readonly [range: string, allowed24: boolean])[] = [
    ["24", true],
    ["24.x", true],
    ["^24.1.0", true],
    ["~22.1", false],
    [">=20", true],
    [">= 20 < 24", false],
    [">=20 <25", true],
    ["<24.5.0", true],
    ["<24", false],
    [">24", false],
    ["20 || 22 || 24", true],
    ["18 - 22", false],
    ["20 - 24", true],
    ["v22.3.1", false],
    ["*", true],
    ["", true],
  ];
  for (const [range, allowed] of table) {
    it(`"${range}" ${allowed ? "allows" : "does not allow"} Node.js 24`, () => {
      expect(allowsNodeMajor(range, 24)).equals(allowed);
    });
  }
});
