import type { ApiBefore } from "../../api/deploy-version.ts";
import { connectionTo } from "../../aws/connection.ts";
import { explain } from "../../kit/errors.ts";
import { readRecord, releaseRecord } from "../../site/record/record.ts";
import type { Half } from "../../verify/check.ts";
import type { Session } from "../session.ts";
import type { AttemptRecord } from "../store/ledger.ts";

/**
 * Whether a half of the system that shows another release can still come to show the attempt's, though no step works on
 * it any more: what a run left half done need not be waited for. True where that cannot be told.
 *
 * | half | comes by itself |
 * |---|---|
 * | site | where `s3-sync` finished putting this release there, and a cache in between has the one before |
 * | api | where Elastic Beanstalk is at work on the environment that the attempt began to move, or names this version |
 */
export async function mayStillArrive(session: Session, attempt: AttemptRecord, half: Half): Promise<boolean> {
  try {
    return half === "site" ? await hasSite(session, attempt) : await hasApi(session, attempt);
  } catch (error) {
    session.context.signal.throwIfAborted();
    session.context.runner.warning(`could not see what the ${half} is coming to: ${explain(error)}`);
    return true;
  }
}

async function hasSite({ s3, store, environment }: Session, { begin }: AttemptRecord): Promise<boolean> {
  const stored = await readRecord(s3, releaseRecord(store.bucket, environment));
  return stored?.record.release === begin.releaseId;
}

async function hasApi({ place, context }: Session, { begin, moved }: AttemptRecord): Promise<boolean> {
  const from = moved.find(({ tier }) => tier === "api")?.from as Partial<ApiBefore> | null | undefined;
  if (!from?.application || !from.environment) return false;
  const [{ elasticBeanstalkClient }, { Beanstalk }] = await Promise.all([
    import("../../aws/elastic-beanstalk.ts"),
    import("../../api/environment/beanstalk.ts"),
  ]);
  const eb = elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", place, context));
  const found = await new Beanstalk(eb, from.application, from.environment, context.clock).readEnvironment();
  return found === undefined || found.status !== "Ready" || found.versionLabel === begin.apiVersion;
}
