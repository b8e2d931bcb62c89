import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { App } from "./app.ts";
import { cloudFront } from "./aws/cloudfront/cloudfront.ts";
import { bundleReader } from "./aws/elastic-beanstalk/bundle/bundle-reader.ts";
import { type ElasticBeanstalk, elasticBeanstalk } from "./aws/elastic-beanstalk/elastic-beanstalk.ts";
import { findBinaries } from "./aws/postgres/binaries.ts";
import { type Postgres, startPostgres } from "./aws/postgres/postgres.ts";
import { type AwsServer, startAws } from "./aws/server.ts";
import { baseEnvironment, stackVariable } from "./environment.ts";
import { seedDependencies } from "./github/runner/dependencies.ts";
import { type GitHub, startGitHub } from "./github/server/server.ts";
import { startOneAddress } from "./one-address.ts";
import { Ports } from "./ports.ts";
import { endMarked, endOrphans, Processes } from "./processes.ts";
import { keptOrigins } from "./provision/kept-origins.ts";
import { accountNames, type EnvironmentNames } from "./provision/names.ts";
import { provision } from "./provision/provision.ts";
import { instanceCredentials } from "./provision/roles.ts";
import { lockStack } from "./stack-lock.ts";
import { type State, stateFile, writeState } from "./state.ts";

const accountId = "000000000000";
const region = "us-east-1";
const actor = "you";
/** CloudFront takes seconds, up to a minute. */
const invalidationMs = 2000;

/** GitHub and AWS on this machine, up and provisioned. */
export interface Stack {
  readonly state: State;
  readonly github: GitHub;
  readonly aws: AwsServer;
  readonly elasticBeanstalk: ElasticBeanstalk;
  readonly postgres: Postgres;
  /** Ends every process that the stack started; what they stored stays. */
  stop(): Promise<void>;
}

interface StackOptions {
  /** Whose it is. */
  readonly app: App;
  /** The caller's environment, of which children see an allow-list only. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Whether releases go live in an environment "staging" first, and wait there to be let on. */
  readonly staging?: boolean;
  /** From which origins beside the site's own browsers may reach API and photos, from now on; see `keptOrigins`. */
  readonly origins?: string | undefined;
  /** What time GitHub, S3 and STS have; this machine's where it is absent. */
  readonly clock?: { now(): Date };
  /** Told what is being done, for people who wait. */
  readonly onProgress: (what: string) => void;
  /** Stops the start between two steps. */
  readonly signal: AbortSignal;
}

/**
 * Brings the stack up: ends what a killed one left behind, starts the services on the ports they had before, and makes
 * the account that the pipeline deploys to. Throws `LocalError`; then nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { clock = { now: () => new Date() } } = options;
  const { app } = options;
  const { directory } = app;
  const names = accountNames(app.name);
  const lock = lockStack(join(directory, "stack.lock"), app.push);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => lock.release());
  const origins = keptOrigins(join(directory, "origins"), options.origins);

  const orphans = await endOrphans(join(directory, "processes.json"));
  const others = await endMarked(stackVariable, directory);
  if (orphans.length + others > 0) options.onProgress("ended what a killed stack had left running");

  const processes = new Processes(join(directory, "processes.json"));
  cleanup.defer(async () => {
    await processes.endAll(5000);
    await endMarked(stackVariable, directory);
  });
  const ports = new Ports(join(directory, "ports.json"));
  const home = join(directory, "home");
  mkdirSync(home, { recursive: true });
  const node = dirname(process.execPath);
  const base = baseEnvironment({ ...options.caller, [stackVariable]: directory }, home);
  const environment = {
    ...base,
    PATH: `${node}:${base.PATH ?? "/usr/bin:/bin"}`,
    // Node keeps what it compiled: the same few programs start again and again here.
    NODE_COMPILE_CACHE: join(directory, "compile-cache"),
  };

  const step = (what: string): void => {
    options.signal.throwIfAborted();
    options.onProgress(what);
  };

  // Jobs get the working copy's dependencies as hard links, so that not even the first one has to install.
  const workDirectory = join(directory, "github", "work");
  const seeded = seedDependencies(app.folder, { workDirectory, processes, environment });

  step("starting PostgreSQL");
  const postgres = await startPostgres({
    directory: join(directory, "postgres"),
    port: await ports.allocate("database"),
    listen: "127.0.0.1",
    processes,
    environment,
  });
  cleanup.defer(() => postgres.stop());

  step("starting S3, Elastic Beanstalk and STS");
  const awsPort = await ports.allocate("aws");
  const endpoint = `http://127.0.0.1:${awsPort}`;
  let instanceProfile: Record<string, string> | undefined;
  const beanstalk = await elasticBeanstalk({
    directory: join(directory, "aws", "eb"),
    region,
    accountId,
    instances: {
      processes,
      environment,
      endpoint,
      instanceProfile: () => {
        instanceProfile ??= instanceCredentials(aws.iam, names);
        return instanceProfile;
      },
    },
    ports,
    s3: {
      readObject: bundleReader((bucket, key) => aws.readObject(bucket, key)),
      createBucket: async (name) => aws.provisionBucket({ name }),
    },
  });
  const cdn = cloudFront({ accountId, clock, completeAfterMs: invalidationMs });
  const aws = await startAws({
    directory: join(directory, "aws"),
    port: awsPort,
    region,
    accountId,
    services: [beanstalk.service, cdn.service],
    clock,
  });
  cleanup.defer(() => aws.close());
  cleanup.defer(() => beanstalk.stop());
  await beanstalk.start();

  step("starting GitHub");
  const github = await startGitHub({
    directory: join(directory, "github"),
    port: await ports.allocate("github"),
    owner: "local",
    repository: app.name,
    defaultBranch: app.branch,
    repositories: app.repositories,
    actor,
    processes,
    environment: {
      ...environment,
      // GitHub's images bring a PostgreSQL; last, so that one that the machine has comes first.
      PATH: [environment.PATH, dirname(findBinaries().postgres)].join(delimiter),
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      UDAGRAM_LOCAL: "true",
    },
    now: () => clock.now(),
  });
  cleanup.defer(() => github.stop());

  const oneAddress = async (name: string, siteName: string, place: EnvironmentNames): Promise<string> => {
    const site = `http://127.0.0.1:${await ports.allocate(siteName)}`;
    const { apiPath } = app;
    const origins = { apiPath, site, api: () => beanstalk.url(place.beanstalk) };
    const address = await startOneAddress(cdn, place.distribution, await ports.allocate(name), origins);
    cleanup.defer(() => address.close());
    return address.url;
  };
  const url = await oneAddress("app", "site", names.local);
  const stagingUrl = options.staging
    ? await oneAddress("staging-app", "staging-site", names.staging)
    : undefined;

  step("provisioning the account");
  const state = await provision(
    {
      aws,
      elasticBeanstalk: beanstalk,
      github,
      postgres,
      ports,
      directory,
      actor,
      app: { ...app, names, origins, url, stagingUrl },
    },
    { staging: options.staging ?? false },
  );
  writeState(stateFile(directory), state);
  await seeded;

  const running = cleanup.move();
  return {
    state,
    github,
    aws,
    elasticBeanstalk: beanstalk,
    postgres,
    stop: () => running.disposeAsync(),
  };
}
