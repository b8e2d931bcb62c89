import {
  DeleteApplicationVersionCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentsCommand,
  type ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../../kit/clock.ts";
import { explain } from "../../kit/errors.ts";
import { call } from "../environment/call.ts";

/** An application version, and the bundle that it was made of. */
export interface StoredVersion {
  readonly label: string;
  readonly bucket: string;
  readonly key: string;
}

/** What decides about an application's versions. */
export interface Keeping {
  /** The artifacts bucket: a version of anything else is not this product's. */
  readonly bucket: string;
  /** The labels of the releases that stay in the store. */
  readonly kept: ReadonlySet<string>;
  /** The labels that environments run, or are being updated to. */
  readonly running: ReadonlySet<string>;
}

/**
 * The labels of the versions that no stored release needs any more; sorted.
 *
 * | version | |
 * |---|---|
 * | made of anything but a release's bundle in the artifacts bucket | stays: somebody else made it |
 * | run by an environment | stays |
 * | that of a release which stays in the store | stays |
 * | any other | goes |
 */
export function planPrune(versions: readonly StoredVersion[], keeping: Keeping): readonly string[] {
  return versions
    .filter(({ bucket, key }) => bucket === keeping.bucket && /^releases\/[^/]+\/api\.zip$/.test(key))
    .map(({ label }) => label)
    .filter((label) => !keeping.kept.has(label) && !keeping.running.has(label))
    .sort();
}

/** How many versions go at a time: the rest goes at the next. */
const most = 100;

export interface PruneOptions extends Omit<Keeping, "running"> {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  readonly clock: Clock;
  readonly onFailure: (line: string) => void;
}

/**
 * Deletes the application versions that no stored release needs any more, and leaves their bundles to the release store:
 * an account may have 1,000 versions in a region. What Elastic Beanstalk does not delete is told, and tried again the
 * next time. Returns the labels that are gone.
 */
export async function pruneVersions(options: PruneOptions): Promise<readonly string[]> {
  const { eb, application, clock, onFailure } = options;
  const [versions, running] = await Promise.all([listVersions(options), runningLabels(options)]);
  const gone: string[] = [];
  for (const label of planPrune(versions, { ...options, running }).slice(0, most)) {
    const command = new DeleteApplicationVersionCommand({
      ApplicationName: application,
      VersionLabel: label,
    });
    try {
      await call("DeleteApplicationVersion", clock, () => eb.send(command));
      gone.push(label);
    } catch (error) {
      onFailure(`application version ${label} stays for now: ${explain(error)}`);
    }
  }
  return gone;
}

async function listVersions({ eb, application, clock }: PruneOptions): Promise<readonly StoredVersion[]> {
  const versions: StoredVersion[] = [];
  let token: string | undefined;
  do {
    const command = new DescribeApplicationVersionsCommand({
      ApplicationName: application,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await call("DescribeApplicationVersions", clock, () => eb.send(command));
    for (const { VersionLabel = "", SourceBundle } of page.ApplicationVersions ?? []) {
      const { S3Bucket: bucket = "", S3Key: key = "" } = SourceBundle ?? {};
      versions.push({ label: VersionLabel, bucket, key });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return versions;
}

async function runningLabels({ eb, application, clock }: PruneOptions): Promise<ReadonlySet<string>> {
  const command = new DescribeEnvironmentsCommand({ ApplicationName: application, IncludeDeleted: false });
  const { Environments = [] } = await call("DescribeEnvironments", clock, () => eb.send(command));
  return new Set(Environments.map(({ VersionLabel }) => VersionLabel ?? ""));
}
