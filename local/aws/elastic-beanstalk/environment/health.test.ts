import { expect } from "chai";
import { type Sample, summarise } from "../instance/metrics.ts";
import { colorOf, environmentHealth, type Health, type InstanceFacts, instanceHealth } from "./health.ts";

const deployment = { versionLabel: "v1", deploymentId: 1, status: "Deployed", at: "" } as const;
const requests = (count: number, status: number): Sample[] =>
  Array.from({ length: count }, () => ({ at: 0, status, seconds: 0.01 }));
const well: InstanceFacts = {
  running: true,
  checks: "healthy",
  checkReason: undefined,
  secondsInState: 5,
  busySeconds: undefined,
  deployment,
  expected: { versionLabel: "v1", deploymentId: 1 },
  metrics: summarise(requests(20, 200)),
};

describe("enhanced health of an instance", () => {
  const table: readonly (readonly [what: string, facts: Partial<InstanceFacts>, expected: Health])[] = [
    ["is Ok when all is well", {}, { status: "Ok", causes: [] }],
    [
      "is Severe without its web process",
      {
        running: false,
        checks: "unhealthy",
        checkReason: "process web exited with status 1",
        secondsInState: 3,
      },
      {
        status: "Severe",
        causes: [
          "Following services are not running: web.",
          "Process default has been unhealthy for 3 seconds (process web exited with status 1).",
        ],
      },
    ],
    [
      "is Pending before its first checks",
      { checks: "initial" },
      { status: "Pending", causes: ["Instance is waiting for its first health checks."] },
    ],
    [
      "is Info while it is deployed to",
      { busySeconds: 3, checks: "unhealthy" },
      { status: "Info", causes: ["Performing application deployment (running for 3 seconds)."] },
    ],
    [
      "is Degraded with another version than the environment's",
      { expected: { versionLabel: "v2", deploymentId: 2 } },
      {
        status: "Degraded",
        causes: ['Incorrect application version "v1" (deployment 1). Expected version "v2" (deployment 2).'],
      },
    ],
    [
      "is Severe when most requests fail",
      { metrics: summarise([...requests(4, 200), ...requests(16, 500)]) },
      { status: "Severe", causes: ["80.0 % of the requests are failing with HTTP 5xx."] },
    ],
    [
      "is Degraded when some requests fail",
      { metrics: summarise([...requests(18, 200), ...requests(2, 503)]) },
      { status: "Degraded", causes: ["10.0 % of the requests are failing with HTTP 5xx."] },
    ],
    [
      "is Warning when most requests are refused",
      { metrics: summarise(requests(20, 404)) },
      { status: "Warning", causes: ["100.0 % of the requests are erroring with HTTP 4xx."] },
    ],
    [
      "says nothing of a few requests",
      { metrics: summarise(requests(3, 500)) },
      { status: "Ok", causes: [] },
    ],
  ];
  for (const [what, facts, expected] of table) {
    it(what, () => expect(instanceHealth({ ...well, ...facts })).deep.equals(expected));
  }
});

describe("enhanced health of an environment", () => {
  const ok: Health = { status: "Ok", causes: [] };
  const severe: Health = { status: "Severe", causes: ["Following services are not running: web."] };
  const updating = { what: "Application update", seconds: 13 };
  const progress = "Application update in progress (running for 13 seconds).";

  it("is Ok when its instances are", () => {
    expect(environmentHealth([ok, ok], undefined)).deep.equals(ok);
  });
  it("is Info, which is Green, while an update goes well", () => {
    expect(environmentHealth([ok, ok], updating)).deep.equals({ status: "Info", causes: [progress] });
    expect(colorOf("Info")).equals("Green");
  });
  it("is Degraded with one bad instance, and Severe with nothing else", () => {
    const causes = ["1 out of 2 instances are impacted. See instance health for details."];
    expect(environmentHealth([ok, severe], undefined)).deep.equals({ status: "Degraded", causes });
    expect(environmentHealth([severe, severe], updating)).deep.equals({
      status: "Severe",
      causes: [progress, "ELB processes are not healthy on all instances.", ...severe.causes],
    });
  });
  it("is Grey without instances", () => {
    expect(colorOf(environmentHealth([], undefined).status)).equals("Grey");
  });
});
