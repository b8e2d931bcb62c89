import { connectionTo } from "../../aws/connection.ts";
import type { Manifest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { openDistribution } from "../../site/cdn/site-cache.ts";
import { releaseRecord } from "../../site/record/record.ts";
import { releaseSource } from "../../site/source/site-source.ts";
import { type SiteBefore, syncSite } from "../../site/sync-site.ts";
import { need, type Session } from "../session.ts";
import type { JsonValue } from "../store/entries.ts";
import { hasObject } from "../store/objects.ts";
import { storedSiteKeys } from "../store/stored-site-keys.ts";

/** Told, before a tier's first change, what its room needs to put it back. */
export type BeforeChange = (from: JsonValue) => Promise<void>;

/** Makes the site that of a stored release, by server-side copies. `from` is what s3-sync recorded, where it did. */
export async function putSite(
  session: Session,
  manifest: Manifest,
  from: JsonValue,
  beforeChange?: BeforeChange,
): Promise<string> {
  const { place, store, environment, s3, context } = session;
  const before = from as Partial<SiteBefore> | null;
  const bucket =
    before?.bucket ?? need(place, ["site-bucket"], "to put a release's site in place")["site-bucket"];
  const result = await syncSite({
    s3,
    bucket,
    prefix: before?.prefix ?? "",
    source: releaseSource(store.bucket, manifest),
    config: place.config ?? before?.config ?? null,
    record: releaseRecord(store.bucket, environment),
    rules: undefined,
    stillNamed: () => storedSiteKeys(store),
    caching: { distribution: undefined, open: (id) => openDistribution(id, place, context, 0) },
    by: context.run.url,
    dryRun: false,
    ...(beforeChange ? { beforeChange: (site) => beforeChange({ ...site }) } : {}),
    runner: context.runner,
    clock: context.clock,
    signal: context.signal,
  });
  if (!result.changed) return `the site is that of ${manifest.id} already`;
  return `the site is that of ${manifest.id}: ${result.copied} copied, ${result.uploaded} written, ${result.deleted} deleted`;
}

/** Makes the API that of a stored release. Throws `NotLive` with Elastic Beanstalk's outcome when it does not come up. */
export async function putApi(
  session: Session,
  manifest: Manifest,
  from: JsonValue,
  beforeChange?: BeforeChange,
): Promise<string> {
  const { place, store, s3, context } = session;
  // Loaded only when an API has to move: most steps of a release never talk to Elastic Beanstalk.
  const [{ elasticBeanstalkClient }, { deployVersion, putBackRules }, { releaseVersion }] = await Promise.all(
    [
      import("../../aws/elastic-beanstalk.ts"),
      import("../../api/deploy-version.ts"),
      import("../../api/versions/wanted-version.ts"),
    ],
  );
  const before = from as { readonly application?: string; readonly environment?: string } | null;
  const target =
    before?.application && before.environment
      ? { application: before.application, environment: before.environment }
      : ebTarget(session);
  const result = await deployVersion(
    { ...target, eb: elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", place, context)) },
    releaseVersion(store.bucket, manifest),
    putBackRules,
    {
      note: context.run.url,
      hasObject: (bucket, key) => hasObject({ s3, bucket }, key),
      ...(beforeChange ? { beforeChange: (api) => beforeChange({ ...api }) } : {}),
    },
    context,
  );
  if (result.outcome === "unchanged") return `the API is version ${manifest.api.version} already`;
  if (result.outcome === "deployed") {
    return `the API is version ${manifest.api.version}, in ${result.seconds.toFixed(1)} s`;
  }
  throw new ActionError(
    "NotLive",
    `the API did not become version "${manifest.api.version}": ${result.outcome}`,
    {
      hint: "look at the environment's events and at the lines of its log above",
      details: { why: result.why },
    },
  );
}

function ebTarget({ place }: Session): { readonly application: string; readonly environment: string } {
  const given = need(place, ["eb-application", "eb-environment"], "to put a release's API in place");
  return { application: given["eb-application"], environment: given["eb-environment"] };
}
