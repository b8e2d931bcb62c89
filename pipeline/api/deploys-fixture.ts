import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  policy,
  type Settings,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { bundleInMemory } from "./bundle/stored-bundle.ts";
import {
  type DeployContext,
  type Deployer,
  type DeployOutcome,
  type DeployRules,
  putBackRules,
} from "./deploy-version.ts";
import { deployOrRestore, type Restoration } from "./restore.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** Looks four times as often as a real deploy does. */
export const quickClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms / 4, signal),
};

export interface GivenDeploy {
  readonly rules?: Partial<DeployRules>;
  /** Makes the bundle first. */
  readonly files?: Files;
  readonly version?: Partial<WantedVersion>;
  readonly deployer?: Partial<Deployer>;
  readonly context?: Partial<DeployContext>;
}

/** Elastic Beanstalk with the version `v1`, and deploys to one environment of it after the other. */
export interface Deploys {
  readonly fixture: ElasticBeanstalkFixture;
  /** What the last deploy said. */
  readonly lines: readonly string[];
  /** The present environment. */
  name: string;
  environment(settings?: Settings, label?: string): Promise<void>;
  deploy(label: string, given?: GivenDeploy): Promise<DeployOutcome & { readonly restoration?: Restoration }>;
  close(): Promise<void>;
}

export async function startDeploys(): Promise<Deploys> {
  const fixture = await startElasticBeanstalk({ drainMs: 100, stopGraceMs: 300 });
  await fixture.version("v1", app("v1"));
  let lines: string[] = [];
  let environments = 0;
  const deploys: Deploys = {
    fixture,
    get lines() {
      return lines;
    },
    name: "",
    environment: async (settings = policy("Immutable"), label = "v1") => {
      deploys.name = `env-${environments++}`;
      await fixture.environment(deploys.name, label, settings);
    },
    deploy: async (label, { rules, files, version, deployer, context } = {}) => {
      if (files) fixture.bundles.set(`artifacts/${label}.zip`, await zip(files));
      lines = [];
      return deployOrRestore(
        { eb: fixture.client, application: "udagram", environment: deploys.name },
        {
          label,
          source: { bucket: "artifacts", key: `${label}.zip` },
          labelIsContent: true,
          answersAt: { path: "/version", isOwn: true },
          ...version,
        },
        { ...putBackRules, busy: { mode: "wait", waitMs: 60_000 }, preflight: "refuse", ...rules },
        {
          note: "run 1",
          bundles: ({ bucket, key }) =>
            bundleInMemory(fixture.bundles.get(`${bucket}/${key}`) ?? Buffer.alloc(0)),
          hasObject: async (bucket, key) => fixture.bundles.has(`${bucket}/${key}`),
          ...deployer,
        },
        {
          runner: { info: (line) => lines.push(line), group: (_title, body) => body() },
          clock: quickClock,
          signal: new AbortController().signal,
          ...context,
        },
      );
    },
    close: () => fixture.close(),
  };
  return deploys;
}
