import type { ActionContext } from "../../kit/action.ts";
import { readRecord } from "../../site/record/read-record.ts";
import { releaseRecord } from "../../site/record/record-location.ts";
import { releaseSource } from "../../site/source/release-source.ts";
import type { SiteBefore } from "../../site/sync-options.ts";
import { syncSite } from "../../site/sync-site.ts";
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
      const { changed, counts } = await syncSite(
        {
          content: {
            source: releaseSource(store.bucket, manifest),
            // What was taken over has these files among its own, or has none.
            config: manifest.origin === "adopted" ? null : (site.config ?? before?.config ?? null),
            releaseJson: manifest.origin !== "adopted" && site.releaseJson,
          },
          target: {
            s3: store.s3,
            bucket: before?.bucket ?? givenBucket(),
            prefix: before?.prefix ?? "",
            record,
            caching: { distribution: undefined, open: site.openCache },
          },
          owner: {
            by: context.run.url,
            ...(beforeChange ? { beforeChange: (now) => beforeChange({ ...now }) } : {}),
          },
          rules: undefined,
          stillNamed: () => storedSiteKeys(store),
          dryRun: false,
        },
        context,
      );
      if (!changed) return `the site is that of ${manifest.id} already`;
      return `the site is that of ${manifest.id}: ${counts.copied} copied, ${counts.uploaded} written, ${counts.deleted} deleted`;
    },
    mayStillBecome: async ({ releaseId }) => {
      const stored = await readRecord(store.s3, record);
      return stored?.record.release === releaseId;
    },
  };
}
