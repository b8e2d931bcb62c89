import { expect } from "chai";
import type { InstanceReading } from "../api/environment/observation.ts";
import type { BeanstalkWord } from "./beanstalk-word.ts";
import { deploymentFinding } from "./deployment.ts";
import { healthPathIn } from "./health-path.ts";

const instance = (versionLabel: string, status: string): InstanceReading => ({
  id: `i-${versionLabel}`,
  deployment: versionLabel === "" ? undefined : { versionLabel, id: 1, status },
  healthStatus: "Ok",
  causes: [],
});

const observed = (
  environment: Partial<NonNullable<BeanstalkWord["environment"]>>,
  instances?: readonly InstanceReading[],
): BeanstalkWord => ({
  environment: {
    ...{
      status: "Ready",
      versionLabel: "v2",
      health: "Green",
      healthStatus: "Ok",
      abortable: false,
      url: "",
      platform: "",
      tier: "",
    },
    ...environment,
  },
  fleet: instances === undefined ? { kind: "unknown", why: "basic health" } : { kind: "known", instances },
});

describe("verify: Elastic Beanstalk's word", () => {
  const words = (observation: BeanstalkWord) =>
    deploymentFinding(observation, "app-production", "v2")?.message;

  const right: [string, BeanstalkWord][] = [
    ["every instance deployed it", observed({}, [instance("v2", "Deployed"), instance("v2", "Deployed")])],
    ["an instance starts beside them", observed({}, [instance("v2", "Deployed"), instance("", "")])],
    [
      "an instance deploys it beside them",
      observed({}, [instance("v2", "Deployed"), instance("v2", "In Progress")]),
    ],
    ["nobody knows the instances", observed({})],
  ];
  for (const [when, observation] of right) {
    it(`is right when ${when}`, () => expect(words(observation)).to.equal(undefined));
  }

  const wrong: [string, BeanstalkWord, string][] = [
    [
      "there is no environment",
      { environment: undefined, fleet: { kind: "known", instances: [] } },
      'has no environment "app-production"',
    ],
    ["it is at work", observed({ status: "Updating" }), 'is at work on "app-production": Updating'],
    [
      "it is at work, and an instance has another version",
      observed({ status: "Updating" }, [instance("v2", "Deployed"), instance("v1", "Deployed")]),
      'i-v1 has "v1"',
    ],
    [
      "it runs another version",
      observed({ versionLabel: "v1" }),
      'runs version "v1" in "app-production", not "v2"',
    ],
    [
      "one instance has another version",
      observed({}, [instance("v2", "Deployed"), instance("v1", "Deployed")]),
      'not deployed version "v2" on every instance: i-v1 has "v1" (Deployed)',
    ],
    [
      "one instance failed to deploy it",
      observed({}, [instance("v2", "Deployed"), instance("v2", "Failed")]),
      'i-v2 has "v2" (Failed)',
    ],
    ["no instance has it yet", observed({}, [instance("v2", "In Progress")]), "on no instance"],
    ["there is no instance", observed({}, []), "on no instance"],
  ];
  for (const [when, observation, message] of wrong) {
    it(`is wrong when ${when}`, () => expect(words(observation)).to.include(message));
  }

  const own = "aws:elasticbeanstalk:application Application Healthcheck URL";
  const balancer = "aws:elasticbeanstalk:environment:process:default HealthCheckPath";
  const paths: [Record<string, string>, string | undefined][] = [
    [{}, undefined],
    [{ [own]: "", [balancer]: "/up" }, "/up"],
    [{ [own]: "/health", [balancer]: "/up" }, "/health"],
    [{ [own]: "HTTP:80/health" }, "/health"],
    [{ [own]: "HTTPS:443/" }, "/"],
    [{ [own]: "TCP:80", [balancer]: "/up" }, undefined],
  ];
  for (const [settings, path] of paths) {
    it(`knows the health check's path ${path} from ${JSON.stringify(Object.values(settings))}`, () => {
      expect(healthPathIn(new Map(Object.entries(settings)))).to.equal(path);
    });
  }
});
