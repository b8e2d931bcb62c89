import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstancesHealthCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { startTimeOf } from "../../../processes.ts";
import { app, type Files } from "../bundle/bundles-fixture.ts";
import { type ElasticBeanstalkFixture, policy, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

const one = { "aws:autoscaling:asg": { MinSize: "1" } };
const script = (content: string) => ({ content: `#!/bin/sh\n${content}\n`, mode: 0o100644 });

describe("an instance", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
  });
  after(() => fixture.close());

  const folders = (name: string) => fixture.eb.instances(name).map(({ directory }) => directory);
  const engineLog = (name: string) => readFileSync(join(folders(name)[0] ?? "", "log/eb-engine.log"), "utf8");
  const launch = async (name: string, files: Files, settings = {}) => {
    await fixture.version(name, files);
    await fixture.environment(name, name, { ...one, ...settings });
  };

  it("serves an application that knows its port by heart, a number of it or what PORT says on AWS", async () => {
    const listening = (on: string): Files => ({
      "server.js": `require("http").createServer((_, r) => r.end(process.argv[1])).listen(${on});`,
      Procfile: "web: node server.js",
    });
    const property = {
      "aws:elasticbeanstalk:application:environment": { PORT: "5000", NODE_OPTIONS: "--no-warnings" },
    };
    await Promise.all([
      launch("by-heart", listening("8080"), { "aws:autoscaling:asg": { MinSize: "2" } }),
      launch("by-property", listening("{ port: '5000' }"), property),
    ]);
    for (const name of ["by-heart", "by-property"])
      expect(await (await fetch(fixture.eb.url(name) ?? "")).text()).to.include("server.js");
  });

  it("runs hooks, extensions and the web process in its own folder, in the platform's order", async () => {
    const say = (word: string) =>
      script(`echo ${word} $(basename "$PWD") leader=$EB_IS_COMMAND_LEADER $MODE >> "$TRACE"`);
    const TRACE = join(fixture.directory, "trace");
    await launch(
      "order",
      {
        ...app("order"),
        ".platform/hooks/prebuild/01.sh": say("prebuild"),
        ".platform/hooks/predeploy/02.sh": say("predeploy-2"),
        ".platform/hooks/predeploy/01.sh": say("predeploy-1"),
        ".platform/hooks/postdeploy/01.sh": say("postdeploy"),
        ".platform/confighooks/predeploy/01.sh": say("confighook"),
        ".ebextensions/01.config": [
          "option_settings:",
          "  aws:elasticbeanstalk:application:environment: { MODE: extended }",
          "container_commands:",
          '  02_second: { command: "echo second $(basename $PWD) $MODE >> $TRACE" }',
          '  01_first: { command: "echo first $ONLY $MODE >> $OUT", env: { ONLY: only, OUT: "' +
            TRACE +
            '" } }',
          '  03_never: { command: "echo never >> $TRACE", test: "false" }',
          '  04_fails: { command: "exit 1", ignoreErrors: true }',
        ].join("\n"),
      },
      { "aws:elasticbeanstalk:application:environment": { TRACE } },
    );
    expect(readFileSync(TRACE, "utf8").trimEnd().split("\n")).deep.equals([
      "prebuild staging leader=true extended",
      "first only",
      "second staging extended",
      "predeploy-1 staging leader=true extended",
      "predeploy-2 staging leader=true extended",
      "postdeploy current leader=true extended",
    ]);
    await fixture.update("order", {
      settings: { "aws:elasticbeanstalk:application:environment": { MODE: "api" } },
    });
    expect(readFileSync(TRACE, "utf8").trimEnd().split("\n").at(-1)).equals(
      "confighook current leader=true api",
    );
  });

  it("runs leader_only commands once per deployment", async () => {
    const OUT = join(fixture.directory, "leader");
    await fixture.version("leader", {
      ...app("leader"),
      ".ebextensions/a.config": `container_commands:\n  x: { command: "echo x >> ${OUT}", leader_only: true }\n`,
    });
    await fixture.environment("leader", "leader", policy("Immutable"));
    expect(readFileSync(OUT, "utf8")).equals("x\n");
    await fixture.update("leader", { label: "leader" });
    expect(readFileSync(OUT, "utf8")).equals("x\nx\n");
  });

  it("puts files: inside its folder, wherever they want to be", async () => {
    await launch("files", {
      ...app("files"),
      ".ebextensions/a.config": [
        "files:",
        '  "/etc/udagram/a.conf": { mode: "000600", content: "one" }',
        '  "/../../../../../tmp/eb-escaped": { content: "no" }',
        '  "/var/app/staging/made.txt": { content: "with the application" }',
      ].join("\n"),
    });
    const [folder = ""] = folders("files");
    expect(readFileSync(join(folder, "root/etc/udagram/a.conf"), "utf8")).equals("one");
    expect(statSync(join(folder, "root/etc/udagram/a.conf")).mode & 0o777).equals(0o600);
    expect(existsSync("/tmp/eb-escaped")).equals(false);
    expect(readFileSync(join(folder, "root/tmp/eb-escaped"), "utf8")).equals("no");
    expect(readFileSync(join(folder, "current/made.txt"), "utf8")).equals("with the application");
  });

  it("says what it does not run, and ignores what it cannot read", async () => {
    await launch("reported", {
      ...app("reported"),
      ".ebextensions/a.config": "commands:\n  boom: { command: reboot }\npackages: {}\n",
      ".ebextensions/b.config": "option_settings: [\n",
      ".ebextensions/c.config": "option_settings:\n  aws:elasticbeanstalk:command: { Tiemout: 5 }\n",
    });
    const warnings = (await fixture.events({ EnvironmentName: "reported" }))
      .filter(({ Severity }) => Severity === "WARN")
      .map(({ Message = "" }) => Message);
    expect(warnings.slice(0, 4).map((message) => message.replace(/ignored: .*/, "ignored"))).deep.equals([
      "The configuration file .ebextensions/b.config in application version reported contains invalid YAML or JSON, and is ignored",
      '.ebextensions/a.config: "packages" reaches outside the instance\'s folder, and is not run here.',
      '.ebextensions/a.config: "commands" reaches outside the instance\'s folder, and is not run here.',
      "Invalid option specification (Namespace: 'aws:elasticbeanstalk:command', OptionName: 'Tiemout'): Unknown configuration setting.",
    ]);
  });

  it("refuses a Node.js that the platform does not have, and a bundle without anything to start", async () => {
    const withEngine = (node: string): Files => ({
      ...app("engines"),
      "package.json": JSON.stringify({ engines: { node } }),
    });
    await launch("engines", withEngine("24.x"));
    await fixture.version("engines-18", withEngine("18.x"));
    const refused = await fixture.messages({
      RequestId: await fixture.update("engines", { label: "engines-18" }),
    });
    expect(refused.join("\n")).contains('Unsupported Node.js version "18.x" in package.json');
    await fixture.version("empty", { "readme.txt": "nothing here" });
    const empty = await fixture.messages({ RequestId: await fixture.update("engines", { label: "empty" }) });
    expect(empty.join("\n")).contains("Instance deployment failed to generate a 'Procfile' for Node.js.");
    expect(await fixture.describe("engines")).includes({ VersionLabel: "engines" });
  });

  it("installs dependencies unless node_modules is in the bundle", async () => {
    const dependency = { "package.json": JSON.stringify({ dependencies: { inner: "file:./inner" } }) };
    const inner = { "inner/package.json": '{"name":"inner","version":"1.0.0"}', "inner/index.js": "" };
    await launch("installed", { ...app("installed"), ...dependency, ...inner });
    expect(existsSync(join(folders("installed")[0] ?? "", "current/node_modules/inner/package.json"))).equals(
      true,
    );
    await launch("brought", { ...app("brought"), ...dependency, "node_modules/inner/index.js": "" });
    expect(engineLog("brought")).contains("skipping npm install");
  });

  it("restarts a web process that crashes, and says so in its health", async () => {
    await launch("crash", app("crash"));
    const { pid = 0 } = fixture.eb.instances("crash")[0] ?? {};
    process.kill(pid, "SIGKILL");
    const health = async () => {
      const found = await fixture.client.send(
        new DescribeInstancesHealthCommand({ EnvironmentName: "crash", AttributeNames: ["All"] }),
      );
      return found.InstanceHealthList?.[0];
    };
    await until(async () => (await health())?.HealthStatus === "Severe");
    await until(async () => (await health())?.HealthStatus === "Ok");
    expect(fixture.eb.instances("crash")[0]?.pid).not.equals(pid);
    expect(engineLog("crash")).contains("[ERROR] Process web was ended by SIGKILL; it is started again");
    const transitions = (await fixture.messages({ EnvironmentName: "crash" })).filter((m) =>
      m.includes("transitioned"),
    );
    expect(transitions.join("\n")).contains("to Severe. ELB processes are not healthy on all instances.");
  });

  it("ends what its application started, together with it", async () => {
    const child = 'import { spawn } from "node:child_process"; globalThis.child = spawn("sleep", ["300"]);';
    await launch("children", app("children", `${child} console.log("child", globalThis.child.pid);`));
    const log = () => readFileSync(join(folders("children")[0] ?? "", "log/web.stdout.log"), "utf8");
    await until(() => /child \d+/.test(log()));
    const pid = Number(/child (\d+)/.exec(log())?.[1]);
    expect(startTimeOf(pid)).a("string");
    await fixture.version("childless", app("childless"));
    await fixture.update("children", { label: "childless" });
    expect(startTimeOf(pid)).equals(undefined);
  });
});
