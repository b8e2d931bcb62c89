import type { ActionContext } from "../../kit/action.ts";
import { readRecord, releaseRecord } from "../../site/record/record.ts";
import { releaseSource } from "../../site/source/site-source.ts";
import { type SiteBefore, syncSite } from "../../site/sync-site.ts";
import { requireInputs } from "../environment/required-inputs.ts";
import type { SiteTarget } from "../environment/targets.ts";
import type { Environment } from "../store/environment.ts";
import { storedSiteKeys } from "../store/stored-site-keys.ts";
import type { MovableTier } from "./tier.ts";

/** The site, by server-side copies out of the release store. Its `from` is what s3-sync recorded, where it did. */
export function siteTier(
  site: SiteTarget,
  { name, store }: Environment,
  context: ActionContext,
): MovableTier {
  const record = releaseRecord(store.bucket, name);
  const givenBucket = (): string => {
    const given = { environment: name, "site-bucket": site.bucket };
    requireInputs(given, ["site-bucket"], "to put a release's site in place");
    return site.bucket;
  };
  return {
    put: async (manifest, from, beforeChange) => {
      const before = from as Partial<SiteBefore> | null;
      const result = await syncSite({
        s3: store.s3,
        bucket: before?.bucket ?? givenBucket(),
        prefix: before?.prefix ?? "",
        source: releaseSource(store.bucket, manifest),
        config: site.config ?? before?.config ?? null,
        record,
        rules: undefined,
        stillNamed: () => storedSiteKeys(store),
        caching: { distribution: undefined, open: site.openCache },
        by: context.run.url,
        dryRun: false,
        ...(beforeChange ? { beforeChange: (now) => beforeChange({ ...now }) } : {}),
        runner: context.runner,
        clock: context.clock,
        signal: context.signal,
      });
      if (!result.changed) return `the site is that of ${manifest.id} already`;
      return `the site is that of ${manifest.id}: ${result.copied} copied, ${result.uploaded} written, ${result.deleted} deleted`;
    },
    mayStillBecome: async ({ releaseId }) => {
      const stored = await readRecord(store.s3, record);
      return stored?.record.release === releaseId;
    },
  };
}
