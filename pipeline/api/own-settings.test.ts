import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  type Settings,
  startElasticBeanstalk,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { udagramOptions } from "../../local/provision/udagram-options.ts";

const folder = new URL("../../.ebextensions/", import.meta.url);

describe("the configuration files of Udagram's API", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
  });
  after(() => fixture.close());

  const own: Files = Object.fromEntries(
    readdirSync(folder).map((name) => [`.ebextensions/${name}`, readFileSync(new URL(name, folder), "utf8")]),
  );

  it("are applied by an immutable deployment, which refuses files that change settings", async () => {
    const settings: Record<string, Record<string, string>> = {};
    for (const { Namespace = "", OptionName = "", Value = "" } of udagramOptions()) {
      settings[Namespace] = { ...settings[Namespace], [OptionName]: Value };
    }
    await fixture.version("v1", app("v1"));
    await fixture.environment("main", "v1", settings as Settings);
    await fixture.version("v2", { ...app("v2"), ...own });
    await fixture.update("main", { label: "v2" });
    expect(await fixture.describe("main")).to.include({ VersionLabel: "v2", Health: "Green" });
    for (const { directory } of fixture.eb.instances("main")) {
      const file = join(directory, "root/opt/elasticbeanstalk/tasks/bundlelogs.d/udagram.conf");
      expect(existsSync(file) && readFileSync(file, "utf8")).to.equal("/var/app/current/version.json\n");
    }
    await fixture.version("v3", {
      ...app("v3"),
      ".ebextensions/a.config": "option_settings:\n  aws:autoscaling:asg:\n    Cooldown: 720\n",
    });
    await fixture.update("main", { label: "v3" });
    expect(await fixture.describe("main")).to.include({ VersionLabel: "v2" });
  });
});
