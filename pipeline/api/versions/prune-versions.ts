import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../../kit/clock.ts";
import { explain } from "../../kit/errors.ts";
import { ApplicationVersions } from "./application-versions.ts";
import type { SourceBundle } from "./wanted-version.ts";

/** What decides about an application's versions. */
interface Keeping {
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
 * | made of anything but a release's source bundle in the artifacts bucket | stays: somebody else made it |
 * | run by an environment | stays |
 * | that of a release which stays in the store | stays |
 * | any other | goes |
 */
export function planPrune(
  versions: readonly (SourceBundle & { readonly label: string })[],
  keeping: Keeping,
): readonly string[] {
  return versions
    .filter(({ bucket, key }) => bucket === keeping.bucket && /^releases\/[^/]+\/api\.zip$/.test(key))
    .map(({ label }) => label)
    .filter((label) => !keeping.kept.has(label) && !keeping.running.has(label))
    .sort();
}

/** How many versions go at a time: the rest goes at the next. */
const most = 100;

interface PruneOptions extends Omit<Keeping, "running"> {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  readonly clock: Clock;
  readonly onFailure: (line: string) => void;
}

/**
 * Deletes the application versions that no stored release needs any more, and leaves their source bundles to the release
 * store: an account may have 1,000 versions in a region. What Elastic Beanstalk does not delete is told, and tried again the
 * next time. Returns the labels that are gone.
 */
export async function pruneVersions(options: PruneOptions): Promise<readonly string[]> {
  const { eb, application, bucket, kept, clock, onFailure } = options;
  const versions = new ApplicationVersions(eb, application, clock);
  const [known, running] = await Promise.all([versions.list(), versions.running()]);
  const gone: string[] = [];
  for (const label of planPrune(known, { bucket, kept, running }).slice(0, most)) {
    try {
      await versions.delete(label);
      gone.push(label);
    } catch (error) {
      onFailure(`application version ${label} stays for now: ${explain(error)}`);
    }
  }
  return gone;
}
