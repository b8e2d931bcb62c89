import { expect } from "chai";
import { readConfiguration } from "./configuration-files.ts";

const file = (name: string, text: string) => ({ name: `.ebextensions/${name}`, content: Buffer.from(text) });
const problems = (text: string) => readConfiguration([file("a.config", text)]).problems;

describe("readConfiguration", () => {
  it("reads options in both of their forms as they are written, and resources", () => {
    const { options, resources } = readConfiguration([
      file("b.config", "option_settings:\n  - option_name: MODE\n    value: yes\n"),
      file(
        "a.config",
        "option_settings:\n  aws:autoscaling:asg: { MinSize: 02 }\nResources:\n  Queue: { Type: q }\n",
      ),
      file("notes.txt", "option_settings: ["),
    ]);
    expect(options.map(({ namespace, name, value, file }) => [file, namespace, name, value])).to.deep.equal([
      [".ebextensions/a.config", "aws:autoscaling:asg", "MinSize", "02"],
      [".ebextensions/b.config", "aws:elasticbeanstalk:application:environment", "MODE", "yes"],
    ]);
    expect([...resources]).to.deep.equal([["Queue", '{"Type":"q"}']]);
  });

  const rows: [string, string, RegExp][] = [
    [
      "a tab, with its line",
      "files:\n  /a:\n\tmode: x\n",
      /a\.config is no YAML, line 3: Tabs are not allowed/,
    ],
    [
      "a section that nobody knows",
      "option_setings: {}\n",
      /a section "option_setings", which Elastic Beanstalk does not know/,
    ],
    [
      "a command that is none",
      "container_commands:\n  01_x: { cwd: /tmp }\n",
      /container_commands 01_x has no command/,
    ],
    [
      "a file without an absolute path",
      "files:\n  etc/x: { content: x }\n",
      /files "etc\/x" must be an absolute path/,
    ],
  ];
  for (const [what, text, problem] of rows) {
    it(`names ${what}`, () => expect(problems(text).join()).to.match(problem));
  }
});
