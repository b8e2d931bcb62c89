import { expect } from "chai";
import { parseExtensions } from "./ebextensions.ts";

const parse = (files: Record<string, string>) => parseExtensions(new Map(Object.entries(files)));

describe(".ebextensions", () => {
  it("give option settings as mappings and as lists", () => {
    const { settings } = parse({
      ".ebextensions/a.config": "option_settings:\n  aws:autoscaling:asg:\n    MinSize: 3\n",
      ".ebextensions/b.config":
        "option_settings:\n  - namespace: aws:elasticbeanstalk:command\n    option_name: Timeout\n    value: 30\n  - option_name: MODE\n    value: true\n",
    });
    expect(settings).deep.equals([
      { namespace: "aws:autoscaling:asg", name: "MinSize", value: "3" },
      { namespace: "aws:elasticbeanstalk:command", name: "Timeout", value: "30" },
      { namespace: "aws:elasticbeanstalk:application:environment", name: "MODE", value: "true" },
    ]);
  });

  it("may be JSON", () => {
    const { settings, invalid } = parse({
      ".ebextensions/a.config": '{"option_settings":{"a:b":{"C":"d"}}}',
    });
    expect({ settings, invalid }).deep.equals({
      settings: [{ namespace: "a:b", name: "C", value: "d" }],
      invalid: [],
    });
  });

  it("give container commands in alphabetical order over all files", () => {
    const { commands } = parse({
      ".ebextensions/1.config":
        "container_commands:\n  02_b:\n    command: echo b\n    leader_only: true\n  01_a:\n    command: [echo, 1]\n    ignoreErrors: true\n",
      ".ebextensions/2.config":
        'container_commands:\n  00_c:\n    command: echo c\n    test: "false"\n    env: { A: 1 }\n    cwd: /x\n',
    });
    expect(commands).deep.equals([
      {
        name: "00_c",
        command: "echo c",
        env: { A: "1" },
        cwd: "/x",
        test: "false",
        ignoreErrors: false,
        leaderOnly: false,
      },
      {
        name: "01_a",
        command: ["echo", "1"],
        env: undefined,
        cwd: undefined,
        test: undefined,
        ignoreErrors: true,
        leaderOnly: false,
      },
      {
        name: "02_b",
        command: "echo b",
        env: undefined,
        cwd: undefined,
        test: undefined,
        ignoreErrors: false,
        leaderOnly: true,
      },
    ]);
  });

  it("give files with their modes, and leave those from elsewhere out", () => {
    const { files, notRun } = parse({
      ".ebextensions/a.config":
        'files:\n  "/etc/a.conf":\n    mode: "000600"\n    content: |\n      hello\n  "/b":\n    mode: 755\n    encoding: base64\n    content: aGk=\n  "/c":\n    source: https://example.com/c\n',
    });
    expect(files).deep.equals([
      { path: "/etc/a.conf", content: "hello\n", encoding: "utf8", mode: 0o600 },
      { path: "/b", content: "aGk=", encoding: "base64", mode: 0o755 },
    ]);
    expect(notRun).deep.equals([{ file: ".ebextensions/a.config", section: "files /c (source)" }]);
  });

  it("are ignored as a whole file when it is not what it should be", () => {
    const good = "option_settings:\n  a:b:\n    C: d\n";
    const { settings, invalid } = parse({
      ".ebextensions/1.config": `${good}container_commands:\n  x: {}\n`,
      ".ebextensions/2.config": "option_settings:\n\tA: b\n",
      ".ebextensions/3.config": "- just\n- a list\n",
      ".ebextensions/4.config": "option_setings: {}\n",
      ".ebextensions/5.config": good,
      ".ebextensions/6.config": "",
    });
    expect(settings).lengthOf(1);
    expect(invalid.map(({ file }) => file)).deep.equals(
      [1, 2, 3, 4].map((name) => `.ebextensions/${name}.config`),
    );
    expect(invalid[0]?.reason).equals("container_commands.x has no command");
    expect(invalid[3]?.reason).equals('unknown section "option_setings"');
  });

  it("name what reaches outside the instance", () => {
    const { notRun } = parse({
      ".ebextensions/a.config":
        "packages:\n  yum: { git: [] }\ncommands:\n  a: { command: reboot }\nResources: {}\n",
    });
    expect(notRun.map(({ section }) => section)).deep.equals(["packages", "commands", "Resources"]);
  });
});
