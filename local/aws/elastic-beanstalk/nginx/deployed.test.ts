import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstancesHealthCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { app, type Files } from "../bundle/bundles-fixture.ts";
import { type ElasticBeanstalkFixture, policy, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

const locations = ".platform/nginx/conf.d/elasticbeanstalk/version.conf";
const withLocation = (version: string, more = ""): Files => ({
  ...app(version),
  [locations]: `location = /where { default_type text/plain; add_header Cache-Control no-store always; return 200 "${version}"; }\n${more}`,
});

describe("a bundle's .platform/nginx", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", withLocation("v1"));
    await fixture.version("v2", withLocation("v2"));
    await fixture.version("plain", app("plain"));
  });
  after(() => fixture.close());

  const url = (name: string) => fixture.eb.url(name) ?? "";
  const where = async (name: string): Promise<string> => {
    const response = await fetch(`${url(name)}/where`);
    const text = await response.text();
    return response.headers.get("content-type") === "text/plain" ? text : `application: ${response.status}`;
  };
  const engineLog = (name: string) =>
    readFileSync(join(fixture.eb.instances(name)[0]?.directory ?? "", "log/eb-engine.log"), "utf8");
  const deployments = async (name: string) => {
    const { InstanceHealthList = [] } = await fixture.client.send(
      new DescribeInstancesHealthCommand({ EnvironmentName: name, AttributeNames: ["All"] }),
    );
    return InstanceHealthList.map(({ Deployment }) => `${Deployment?.VersionLabel} ${Deployment?.Status}`);
  };

  it("holds on each instance from the moment that its version does", async () => {
    await fixture.environment("rolling", "v1", policy("Rolling", { BatchSizeType: "Fixed", BatchSize: "1" }));
    const response = await fetch(`${url("rolling")}/where`);
    expect(response.headers.get("cache-control")).equals("no-store");
    const seen = new Set<string>();
    let over = false;
    const asking = (async () => {
      while (!over) seen.add(await where("rolling"));
    })();
    await fixture.update("rolling", { label: "v2" });
    over = true;
    await asking;
    expect([...seen].sort()).deep.equals(["v1", "v2"]);
    const after = await Promise.all([where("rolling"), where("rolling")]);
    expect(after).deep.equals(["v2", "v2"]);
    await fixture.update("rolling", { label: "plain" });
    expect(await where("rolling")).equals("application: 200");
  });

  it("is back after a restart", async () => {
    await fixture.environment("kept", "v1");
    await fixture.restart();
    expect(await where("kept")).equals("v1");
  });

  it("proves a file and not a process: it answers while the application is down", async () => {
    await fixture.environment("down", "v1", policy("AllAtOnce"));
    await fixture.version("crashing", { ...withLocation("crashing"), "server.mjs": "process.exit(3);" });
    await fixture.update("down", { label: "crashing" });
    expect((await fetch(url("down"))).status).equals(502);
    fixture.eb.faults.clear();
    // Nothing is in service for the health check, so the load balancer has nobody to ask either.
    expect(await where("down")).equals("application: 502");
    const settings = { "aws:elasticbeanstalk:environment:process:default": { HealthCheckPath: "/where" } };
    const basic = { "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" } };
    await fixture.update("down", { label: "crashing", settings: { ...settings, ...basic } });
    expect(await fixture.describe("down")).includes({ VersionLabel: "crashing", Health: "Green" });
    expect(await where("down")).equals("crashing");
    expect((await fetch(url("down"))).status).equals(502);
  });

  it("fails the deployment where nginx refuses it, when the new version is in place already", async () => {
    await fixture.version("bad", { ...app("bad"), [locations]: "location / { return 200; }\n" });
    await fixture.environment("refused", "v1");
    const messages = await fixture.messages({ RequestId: await fixture.update("refused", { label: "bad" }) });
    expect(messages).includes("Failed to deploy application.");
    expect(engineLog("refused")).contains(
      "An error occurred during execution of command [app-deploy] - [start proxy with new configuration]. Stop running the command. " +
        "Error: copy proxy conf from staging failed with error validate nginx configuration failed with error " +
        "Command /usr/sbin/nginx -t -c /var/proxy/staging/nginx/nginx.conf failed with error exit status 1. " +
        'Stderr:nginx: [emerg] duplicate location "/" in /var/proxy/staging/nginx/conf.d/elasticbeanstalk/version.conf:1\n' +
        "nginx: configuration file /var/proxy/staging/nginx/nginx.conf test failed",
    );
    expect(await deployments("refused")).deep.equals(["bad Failed", "bad Failed"]);
    expect((await fetch(url("refused"))).status).equals(502);
    await fixture.update("refused", { label: "v2" });
    expect(await where("refused")).equals("v2");
  });

  it("is reported in eb-engine.log where it is not simulated", async () => {
    await fixture.version("gzip", { ...app("gzip"), ".platform/nginx/conf.d/gzip.conf": "gzip on;\n" });
    await fixture.environment("gzip", "gzip");
    expect(engineLog("gzip")).contains(
      "[WARN] nginx: not simulated here: /var/proxy/staging/nginx/conf.d/gzip.conf:1 gzip on",
    );
  });

  it("limits what clients send, also where they do not say how much it is", async () => {
    const size = "location /up { client_max_body_size 1k; proxy_pass http://127.0.0.1:8080; }\n";
    await fixture.version("limited", withLocation("limited", size));
    await fixture.environment("limited", "limited");
    const post = async (path: string, body: string | ReadableStream) =>
      (await fetch(`${url("limited")}${path}`, { method: "POST", body, duplex: "half" } as RequestInit))
        .status;
    const chunk = new TextEncoder().encode("x".repeat(600));
    const stream = (chunks: number) =>
      new ReadableStream({
        start: (controller) => {
          for (let index = 0; index < chunks; index += 1) controller.enqueue(chunk);
          controller.close();
        },
      });
    expect(await post("/up", "x".repeat(1024))).equals(200);
    expect(await post("/up", "x".repeat(1025))).equals(413);
    expect(await post("/up", stream(1))).equals(200);
    expect(await post("/up", stream(5))).equals(413);
    expect(await post("/", "x".repeat(1025))).equals(200);
    expect(await post("/", "x".repeat(1024 ** 2 + 1))).equals(413);
  });
});
