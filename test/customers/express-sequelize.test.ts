import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateApplicationVersionCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  type ElasticBeanstalkFixture,
  policy,
  startElasticBeanstalk,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { readManifest } from "../../pipeline/bundle/manifest.ts";
import { readZip } from "../../pipeline/bundle/zip.ts";
import { CustomerFixture } from "./customer-fixture.ts";

/** Its packages come from the registry, as in a job of its own. */
describe("an app of express-generator, sequelize-cli and Vite", () => {
  let customer: CustomerFixture;
  let beanstalk: ElasticBeanstalkFixture;
  const inputs = {
    "api-directory": "api",
    "site-command": "npm run build --workspace web",
    "site-directory": "web/dist",
  };
  before(async () => {
    customer = new CustomerFixture("express-sequelize");
    beanstalk = await startElasticBeanstalk();
    await customer.build(inputs);
  });
  after(async () => {
    await beanstalk.close();
    customer.close();
  });

  it("is served by Elastic Beanstalk as its authors left it: views, models and compiled packages", async () => {
    const { api } = await readManifest(customer.bundle);
    const version = api?.version ?? "";
    beanstalk.bundles.set("artifacts/api.zip", readFileSync(join(customer.bundle, "api.zip")));
    await beanstalk.client.send(
      new CreateApplicationVersionCommand({
        ApplicationName: "udagram",
        VersionLabel: version,
        SourceBundle: { S3Bucket: "artifacts", S3Key: "api.zip" },
        AutoCreateApplication: true,
      }),
    );
    const properties = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/tags", NODE_ENV: "production" };
    await beanstalk.environment("tags", version, {
      ...policy("AllAtOnce"),
      "aws:elasticbeanstalk:application:environment": properties,
    });
    const address = beanstalk.eb.url("tags") ?? "";
    expect(await (await fetch(new URL("users/self", address))).json()).to.deep.equal({
      bcrypt: true,
      models: ["Tag"],
    });
    expect(await (await fetch(address)).text()).to.include("Welcome to Express");
    const messages = await beanstalk.messages({ EnvironmentName: "tags" });
    expect(messages.join("\n")).not.to.include("npm install");
  });

  it("brings what production needs, and no more", () => {
    const names = readZip(readFileSync(join(customer.bundle, "api.zip")), "api.zip").map(({ name }) => name);
    expect(names).to.include.members([
      "bin/www",
      "views/index.pug",
      "migrations/20220129140530-create-tag.js",
      "node_modules/bcrypt/package.json",
    ]);
    expect(names.filter((name) => /node_modules\/(vite|react|sequelize-cli)\//.test(name))).to.deep.equal([]);
  });

  it("keeps the API's version when only the site changes", async () => {
    const before = (await readManifest(customer.bundle)).api?.version;
    customer.commit({ "web/index.html": "<!doctype html><title>other</title>\n" });
    await customer.build(inputs);
    expect((await readManifest(customer.bundle)).api?.version).to.equal(before);
    customer.commit({ "api/views/index.pug": "p Other\n" });
    await customer.build(inputs);
    expect((await readManifest(customer.bundle)).api?.version).not.to.equal(before);
  });
});
