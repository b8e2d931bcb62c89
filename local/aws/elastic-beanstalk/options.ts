import type { Processes } from "../../processes.ts";
import type { BundleSource } from "./bundle/unpack.ts";

/** How fast things go here. The defaults suit a laptop; real EB takes minutes where these take seconds. */
export interface Timing {
  /** Between two health checks of an instance. */
  readonly healthIntervalMs: number;
  /** The same while an instance is expected to become healthy. */
  readonly deploymentIntervalMs: number;
  readonly healthCheck: {
    readonly timeoutMs: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  /** What health gets beyond the command's `Timeout`; AWS adds 240 s. */
  readonly healthGraceMs: number;
  /** How long new instances may fail their checks at most before the deployment is given up, whatever `Timeout` says. */
  readonly deploymentHealthMs: number;
  /** How long a minute of `EvaluationTime` is. */
  readonly evaluationMinuteMs: number;
  /** How long a process has to run whose health checks do not reach it; AWS wants twelve good checks within two minutes. */
  readonly steadyMs: number;
  /** How often a web process may crash at its start before the deployment stops waiting for it. */
  readonly crashesTolerated: number;
  /** How long an instance that leaves may finish its requests; `DeregistrationDelay` caps it. */
  readonly drainMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly stopGraceMs: number;
  /** Between two looks at the health of an environment. */
  readonly environmentHealthMs: number;
  /** How long `start` waits for the environments to be healthy again. */
  readonly startupMs: number;
}

export const laptopTiming: Timing = {
  healthIntervalMs: 250,
  deploymentIntervalMs: 60,
  healthCheck: { timeoutMs: 2000, healthyThreshold: 3, unhealthyThreshold: 3 },
  healthGraceMs: 240_000,
  deploymentHealthMs: Number.POSITIVE_INFINITY,
  evaluationMinuteMs: 400,
  steadyMs: 1500,
  crashesTolerated: 2,
  drainMs: 5000,
  stopGraceMs: 3000,
  environmentHealthMs: 250,
  startupMs: 10_000,
};

/** What Elastic Beanstalk does in S3. */
interface BundleStore {
  /** Reads a source bundle: its bytes, or the path of a file that holds them. Rejects when there is none. */
  readonly readObject: (bucket: string, key: string) => Promise<BundleSource>;
  /** For DeleteApplicationVersion with DeleteSourceBundle. */
  readonly deleteObject?: (bucket: string, key: string) => Promise<void>;
  /** For CreateStorageLocation; must succeed when the bucket is there already. */
  readonly createBucket?: (bucket: string) => Promise<void>;
}

/** What instances run with. */
interface InstanceOptions {
  readonly processes: Processes;
  /** The base environment of instances: nothing else of the caller's reaches them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Credentials that the instance profile gives to applications: AWS_ACCESS_KEY_ID and so on. */
  readonly instanceProfile: () =>
    | Readonly<Record<string, string>>
    | Promise<Readonly<Record<string, string>>>;
  /** What applications get as AWS_ENDPOINT_URL. */
  readonly endpoint: string;
}

export interface ElasticBeanstalkOptions {
  /** Where state, logs and instances live. */
  readonly directory: string;
  readonly region: string;
  readonly accountId: string;
  readonly s3: BundleStore;
  readonly instances: InstanceOptions;
  /** A port for the name, the same one after a restart. */
  readonly ports: { allocate(name: string): Promise<number> };
  readonly clock?: { now(): Date };
  /** False lets immutable and traffic-splitting deployments change settings and resources as well, which AWS documents as refused. */
  readonly strictImmutable?: boolean;
  /** How many versions the account may have; 1000 unless it asked for more. */
  readonly versionQuota?: number;
  readonly timing?: Partial<Timing>;
}
