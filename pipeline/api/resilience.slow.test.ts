import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  policy,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { closeServer, listen, portOf } from "../../local/aws/listen.ts";
import { until } from "../../test/until.ts";
import { elasticBeanstalkClient } from "../aws/elastic-beanstalk.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { explain } from "../kit/errors.ts";
import { type DeployOutcome, type DeployRules, deployVersion } from "./deploy-version.ts";

const start = Date.now();
const hurried: Clock = {
  now: () => new Date(start + (Date.now() - start) * 4),
  sleep: (ms, signal) => systemClock.sleep(ms / 4, signal),
};

/** What becomes of one attempt of a call: its answer is lost, or it is refused before it arrives. */
type Fate = { readonly lost: Error } | { readonly refused: Error } | undefined;

const named = (name: string, status = 403): Error =>
  Object.assign(new Error("said no"), { name, Code: name, $metadata: { httpStatusCode: status } });
const reset = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

describe("a deploy whose calls fail", () => {
  let fixture: ElasticBeanstalkFixture;
  let client: ElasticBeanstalkClient;
  let fateOf: (operation: string) => Fate = () => undefined;
  let sent: string[] = [];
  let renewals = 0;
  let lines: string[] = [];
  let environments = 0;
  let name = "";

  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    fixture.bundles.set("artifacts/v2.zip", await zip(app("v2")));
    const endpoint = await fixture.client.config.endpoint?.();
    client = elasticBeanstalkClient({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${endpoint?.port}`,
      maxAttempts: 3,
      credentials: async ({ forceRefresh = false } = {}) => {
        if (forceRefresh) renewals += 1;
        return { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
      },
    });
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const operation = String(commandName).replace("Command", "");
          sent.push(operation);
          const fate = fateOf(operation);
          if (fate && "refused" in fate) throw fate.refused;
          const result = await next(args);
          if (fate) throw fate.lost;
          return result;
        },
      { step: "deserialize", name: "fate", priority: "high" },
    );
  });
  after(async () => {
    client.destroy();
    await fixture.close();
  });
  beforeEach(async () => {
    fateOf = () => undefined;
    name = `env-${environments++}`;
    await fixture.environment(name, "v1", policy("AllAtOnce"));
    [sent, lines, renewals] = [[], [], 0];
  });

  function deploy(rules: Partial<DeployRules> = {}, eb = client): Promise<DeployOutcome> {
    return deployVersion(
      { eb, application: "udagram", environment: name },
      {
        label: "v2",
        source: { bucket: "artifacts", key: "v2.zip" },
        labelIsContent: true,
        answersAt: undefined,
      },
      {
        accepted: ["Green"],
        acceptUnknown: false,
        busy: { mode: "wait", waitMs: 60_000 },
        timeoutMinutes: 1,
        force: false,
        dryRun: false,
        preflight: "refuse",
        wait: true,
        ...rules,
      },
      { note: "run 1" },
      {
        runner: { info: (line) => lines.push(line), group: (_title, body) => body() },
        clock: hurried,
        signal: new AbortController().signal,
      },
    );
  }
  const times = (operation: string): number => sent.filter((one) => one === operation).length;
  /** That fate for the first calls of an operation. */
  const first = (operation: string, count: number, fate: Fate) => (one: string) =>
    one === operation && times(operation) <= count ? fate : undefined;

  it("recognises an update whose answer was lost, and does not send it again", async () => {
    fateOf = first("UpdateEnvironment", 1, { lost: reset });
    const { outcome, update } = await deploy();
    expect([outcome, times("UpdateEnvironment")]).to.deep.equal(["deployed", 1]);
    expect(lines.join("\n")).to.include(`the update began, as request ${update.requestId}`);
    expect(lines.join("\n")).to.match(/Environment update is starting\.$/m);
  });

  it("sends an update again that never arrived", async () => {
    fateOf = first("UpdateEnvironment", 1, { refused: reset });
    expect((await deploy()).outcome).to.equal("deployed");
    expect(times("UpdateEnvironment")).to.equal(2);
  });

  it("renews credentials that expired while it looked", async () => {
    fateOf = first("DescribeEvents", 1, { refused: named("ExpiredToken") });
    expect((await deploy()).outcome).to.equal("deployed");
    expect(renewals).to.equal(1);
  });

  it("goes on looking whatever a look fails with, and however often", async () => {
    fateOf = first("DescribeEvents", 3, { refused: named("SomethingNew", 418) });
    expect((await deploy()).outcome).to.equal("deployed");
    expect(lines.filter((line) => line.startsWith("could not look"))).to.have.length(3);
  });

  it("needs no events to see how it ends, where the role may not read them", async () => {
    const refused = { refused: named("AccessDenied") };
    fateOf = (one) => (one === "DescribeEvents" && times("UpdateEnvironment") > 0 ? refused : undefined);
    // Without events it takes a minute to be sure that what is Ready has been the update.
    expect((await deploy({ timeoutMinutes: 10 })).outcome).to.equal("deployed");
    expect(lines.filter((line) => line.startsWith("events are left out"))).to.have.length(1);
  });

  it("does not wait for a right to look that does not come", async () => {
    const refused = { refused: named("AccessDenied") };
    fateOf = (one) =>
      one === "DescribeEnvironments" && times("UpdateEnvironment") > 0 ? refused : undefined;
    const error = await deploy().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.include({ code: "AccessDenied" });
  });

  it("ends at its deadline where it could not look any more, and says so", async () => {
    const refused = { refused: named("ExpiredToken") };
    fateOf = (one) => (one.startsWith("Describe") && times("UpdateEnvironment") > 0 ? refused : undefined);
    const result = await deploy({ timeoutMinutes: 0.1 });
    expect(result.outcome).to.equal("timed-out");
    expect(result.why).to.match(/could not be looked at: .*no longer|ExpiredToken/);
    expect(result.now).to.match(/^what runs now could not be read/);
  });

  it("does not fail for being throttled before anything was sent", async () => {
    fateOf = first("DescribeInstancesHealth", 5, { refused: named("Throttling", 400) });
    expect((await deploy()).outcome).to.equal("deployed");
  });

  it("waits for a busy environment by looking at it, and writes once more when it is Ready", async () => {
    const other = fixture.update(name, {
      label: "v1",
      settings: { "aws:autoscaling:asg": { MinSize: "3" } },
    });
    await until(async () => (await fixture.describe(name)).Status !== "Ready");
    fateOf = (one) => {
      // As if the environment had been Ready at the first look: the update itself is what finds out.
      if (one === "UpdateEnvironment" && times(one) === 1) {
        return { refused: Object.assign(named("InvalidParameterValue", 400), { message: "Must be Ready." }) };
      }
      return undefined;
    };
    expect((await deploy()).outcome).to.equal("deployed");
    await other;
    expect(times("UpdateEnvironment")).to.equal(2);
  });

  it("says of an endpoint that is not Elastic Beanstalk's that it is none", async () => {
    const page = await listen(0, "a page", (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Sign in");
    });
    const eb = elasticBeanstalkClient({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${portOf(page)}`,
      maxAttempts: 1,
      credentials: async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }),
    });
    const said = await deploy({}, eb).then(
      () => "",
      (error: unknown) => explain(error),
    );
    eb.destroy();
    await closeServer(page);
    expect(said).to.match(/^what answers to DescribeEnvironments is not Elastic Beanstalk/);
  });
});
