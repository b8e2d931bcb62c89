import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../../kit/clock.ts";
import { explain } from "../../kit/errors.ts";
import { ApplicationVersions, type ListedVersion } from "./application-versions.ts";
import type { SourceBundle } from "./wanted-version.ts";

/** How many versions go at a time: the rest goes at the next. */
const most = 100;

interface Keeping {
  /** So many of the newest stay. */
  readonly count: number;
  /** Those that environments run, or are being updated to, and the one that ran before. */
  readonly needed: ReadonlySet<string>;
  /** Of the version that is deployed: what lies beside its bundle is of the same making. */
  readonly beside: SourceBundle;
}

/**
 * The labels of the versions that need not stay, oldest first: those whose bundle lies in the same bucket and folder as the one
 * that is deployed, without the newest, and without what is needed. Whatever lies elsewhere somebody else made.
 */
export function planKeeping(
  versions: readonly ListedVersion[],
  { count, needed, beside }: Keeping,
): readonly string[] {
  const folder = folderOf(beside.key);
  return versions
    .filter(({ bucket, key }) => bucket === beside.bucket && folderOf(key) === folder)
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(count)
    .map(({ label }) => label)
    .filter((label) => !needed.has(label))
    .reverse();
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

interface KeepOptions extends Pick<Keeping, "count" | "beside"> {
  readonly eb: ElasticBeanstalkClient;
  readonly application: string;
  /** Stay whatever their age. */
  readonly also: readonly string[];
  readonly clock: Clock;
  readonly note: (line: string) => void;
}

/** Deletes the versions that need not stay, and leaves their bundles in the bucket. Returns how many are gone. Never rejects. */
export async function keepVersions(options: KeepOptions): Promise<number> {
  const { eb, application, count, beside, also, clock, note } = options;
  const versions = new ApplicationVersions(eb, application, clock);
  let gone = 0;
  try {
    const [known, running] = await Promise.all([versions.list(), versions.running()]);
    const needed = new Set([...running, ...also]);
    for (const label of planKeeping(known, { count, needed, beside }).slice(0, most)) {
      try {
        await versions.delete(label);
        gone += 1;
      } catch (error) {
        note(`application version ${label} stays for now: ${explain(error)}`);
      }
    }
  } catch (error) {
    note(`old application versions stay for now: ${explain(error)}`);
  }
  if (gone > 0) note(`deleted ${gone} old application versions; the newest ${count} stay`);
  return gone;
}
