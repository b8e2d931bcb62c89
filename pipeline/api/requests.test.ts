import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  policy,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { systemClock } from "../kit/clock.ts";
import { type DeployOutcome, deployVersion } from "./deploy-version.ts";

const slow = "await new Promise((resolve) => setTimeout(resolve, 3500));";

describe("the requests of a deploy", () => {
  let fixture: ElasticBeanstalkFixture;
  let sent: string[] = [];
  before(async () => {
    fixture = await startElasticBeanstalk();
    fixture.bundles.set("artifacts/slow.zip", await zip(app("slow", slow)));
    await fixture.version("v1", app("v1"));
    await fixture.environment("main", "v1", policy("AllAtOnce"));
    fixture.client.middlewareStack.add(
      (next, { commandName }) => {
        return (args) => {
          sent.push(String(commandName).replace("Command", ""));
          return next(args);
        };
      },
      { step: "finalizeRequest", name: "count" },
    );
  });
  after(() => fixture.close());

  function deploy(label: string): Promise<DeployOutcome> {
    sent = [];
    return deployVersion(
      { eb: fixture.client, application: "udagram", environment: "main" },
      {
        label,
        source: { bucket: "artifacts", key: `${label}.zip` },
        labelIsContent: true,
        answersAt: undefined,
      },
      {
        accepted: ["Green"],
        acceptUnknown: false,
        busy: { mode: "wait", waitMs: 20_000 },
        timeoutMinutes: undefined,
        force: false,
        dryRun: false,
        preflight: "refuse",
        wait: true,
      },
      { note: "run 1" },
      {
        runner: { info: () => {}, group: (_title, body) => body() },
        clock: systemClock,
        signal: new AbortController().signal,
      },
    );
  }

  it("are at most 15 where it takes six seconds, and four where there is nothing to do", async () => {
    const result = await deploy("slow");
    expect(result.outcome).to.equal("deployed");
    expect(result.update.seconds).to.be.within(3.5, 15);
    expect(sent.length, sent.join(" ")).to.be.at.most(15);
    expect((await deploy("slow")).outcome).to.equal("unchanged");
    expect(sent).to.have.members([
      "DescribeEnvironments",
      "DescribeInstancesHealth",
      "DescribeApplicationVersions",
      "DescribeEnvironments",
    ]);
  });
});
