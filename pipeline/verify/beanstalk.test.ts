import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  startElasticBeanstalk,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { until } from "../../test/until.ts";
import { releaseLocationEntry } from "../bundle/release-location.ts";
import { wholeManifest } from "../bundle/whole-manifest-fixture.ts";
import { systemClock } from "../kit/clock.ts";
import { apiEnvironment, appRoute } from "./api-environment.ts";
import { checkRelease, type Verification } from "./check-release.ts";
import { type PublicSystem, startPublicSystem } from "./public-system-fixture.ts";

/** An API that knows nothing of releases, in a bundle that says its version by nginx. */
function bundle(version: string, more: Files = {}): Files {
  const { name, content } = releaseLocationEntry("/api", version);
  const server = `import http from "node:http";
http.createServer((request, response) => {
  response.writeHead(request.url === "/up" ? 200 : 404, { "content-type": "text/plain" }).end();
}).listen(process.env.PORT, "127.0.0.1");
`;
  return { ...app(version), "server.mjs": server, [name]: Buffer.from(content).toString("utf8"), ...more };
}

/** As an app may replace the platform's: its server includes nothing. */
const ownNginx = `events {}
http { server { listen 80; location / { proxy_pass http://127.0.0.1:8080; } } }
`;

describe("verify: an app that knows nothing of releases, on Elastic Beanstalk", () => {
  let fixture: ElasticBeanstalkFixture;
  let site: PublicSystem;
  const version = "a".repeat(12);
  const older = "b".repeat(12);

  before(async () => {
    [fixture, site] = await Promise.all([startElasticBeanstalk(), startPublicSystem()]);
    await fixture.version(version, bundle(version));
    await fixture.version(older, bundle(older));
  });
  after(async () => {
    site.close();
    await fixture.close();
  });

  /** Asks for the version `wanted` of the environment; `known` gives Elastic Beanstalk's names too. */
  async function check(
    name: string,
    { wanted = version, known = true, timeoutSeconds = 20, ...more }: Partial<Options> = {},
  ): Promise<Verification> {
    const apiUrl = fixture.eb.url(name) ?? "";
    const place = {
      application: known ? "udagram" : "",
      environment: name,
      connect: async () => fixture.client,
    };
    const environment = apiEnvironment(place, systemClock);
    const manifest = wholeManifest(site.wanted.manifest);
    return checkRelease({
      ...site.wanted,
      manifest: { ...manifest, api: { ...manifest.api, version: wanted } },
      apiUrl,
      routes: [],
      config: null,
      environment,
      app: appRoute("", environment),
      timeoutSeconds,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => {},
      ...more,
    });
  }

  interface Options {
    readonly wanted: string;
    readonly known: boolean;
    readonly timeoutSeconds: number;
    readonly mayStillArrive: () => Promise<boolean>;
  }

  const looked = (result: Verification) => {
    if (!result.verified) throw new Error(result.findings.map(({ message }) => message).join("; "));
    return { checked: result.looked.checked.join("\n"), notChecked: result.looked.notChecked.join("\n") };
  };
  const findings = (result: Verification) =>
    result.verified ? [] : result.findings.map(({ problem, message }) => `${problem}: ${message}`);

  const healthPath = { "aws:elasticbeanstalk:application": { "Application Healthcheck URL": "/up" } };

  it("is verified by its bundle, its own answer and Elastic Beanstalk, and it is said what is not", async () => {
    await fixture.environment("whole", version, healthPath);
    const { checked, notChecked } = looked(await check("whole"));
    expect(checked)
      .to.include(`the API's bundle is version ${version}: nginx says so at /api/.release.json`)
      .and.include("the API itself answers at /up")
      .and.match(/Elastic Beanstalk says that (its one instance|all \d instances) deployed version a{12}/);
    expect(notChecked).to.include("the version by the API's own process");
  });

  it("is verified without Elastic Beanstalk's names, and that is said", async () => {
    const { checked, notChecked } = looked(await check("whole", { known: false }));
    expect(checked).to.include("nginx says so").and.include("the API itself answers at /");
    expect(notChecked).to.include("`eb-application` and `eb-environment` are not given");
  });

  it("is not verified while another version is there, and waiting ends where that cannot change", async () => {
    const result = await check("whole", { wanted: older, mayStillArrive: async () => false });
    expect(findings(result)).to.deep.equal([
      `api-behind: the API is version "${version}", not version "${older}"`,
    ]);
    expect(result.seconds).to.be.below(10);
  });

  it("is waited for while somebody changes its environment, and then that is not checked", async () => {
    fixture.eb.faults.add({ kind: "stuck-updating", environment: "whole" });
    const settings = { "aws:elasticbeanstalk:application:environment": { CHANGED: "yes" } };
    const changing = fixture.update("whole", { settings });
    await until(async () => (await fixture.describe("whole")).Status === "Updating");
    const { checked, notChecked } = looked(await check("whole", { timeoutSeconds: 1 }));
    expect(checked).to.include("nginx says so");
    expect(notChecked).to.include("it is at work (Updating)");
    fixture.eb.faults.clear();
    await changing;
  });

  it("stands on Elastic Beanstalk's word where nginx.conf is the app's own, and says so", async () => {
    await fixture.version("c".repeat(12), bundle("c".repeat(12), { ".platform/nginx/nginx.conf": ownNginx }));
    await fixture.environment("own-nginx", "c".repeat(12), healthPath);
    const { checked, notChecked } = looked(await check("own-nginx", { wanted: "c".repeat(12) }));
    expect(checked).to.include("deployed version cccccccccccc").and.not.include("nginx says so");
    expect(notChecked).to.include("/api/.release.json answers 404").and.include("Elastic Beanstalk's word");
    const other = await check("own-nginx", { wanted: older, mayStillArrive: async () => false });
    expect(findings(other)[0]).to.include(`not-deployed: Elastic Beanstalk runs version "cccccccccccc"`);
  });

  it("stands on Elastic Beanstalk's word where there is no nginx", async () => {
    const proxy = { "aws:elasticbeanstalk:environment:proxy": { ProxyServer: "none" } };
    await fixture.environment("no-nginx", version, { ...healthPath, ...proxy });
    const { checked, notChecked } = looked(await check("no-nginx"));
    expect(checked).to.include(`deployed version ${version}`).and.not.include("nginx says so");
    expect(notChecked).to.include("Elastic Beanstalk's word stands in");
  });

  it("is not verified where nobody says the version: not its bundle, and not Elastic Beanstalk", async () => {
    const result = await check("own-nginx", { known: false, timeoutSeconds: 0 });
    expect(findings(result)).to.deep.equal([
      "version-unnamed: the API's /api/.release.json answers 404 and names no version",
    ]);
  });

  it("is not verified by its bundle alone while the app itself does not answer", async () => {
    const silent = bundle("d".repeat(12), { "server.mjs": "setInterval(() => {}, 1000);\n" });
    await fixture.version("d".repeat(12), silent);
    const lenient = {
      "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" },
      "aws:elasticbeanstalk:environment": { EnvironmentType: "SingleInstance" },
    };
    await fixture.environment("silent", "d".repeat(12), lenient);
    const result = await check("silent", { wanted: "d".repeat(12), timeoutSeconds: 0 });
    expect(findings(result)).to.deep.equal(["app-silent: the API's / answers 502"]);
  });
});
