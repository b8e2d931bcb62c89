import { ActionError, explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import type { VersionReading } from "../environment/observation.ts";
import { pollUntil } from "../environment/poll.ts";
import type { WaitContext } from "../environment/ready.ts";
import { describeVersion, type WantedVersion } from "../plan.ts";

const visibleMs = 5 * 60_000;

/** True when the object is in the bucket. */
export type HasBundle = (bucket: string, key: string) => Promise<boolean>;

/**
 * Creates the version where there is none, and waits until Elastic Beanstalk has processed its bundle. A version whose
 * label is its content may have been made of another release's bundle, which is no longer stored: Elastic Beanstalk
 * could not deploy it, so it is made anew of this one.
 */
export async function ensureVersion(
  beanstalk: Beanstalk,
  wanted: WantedVersion,
  known: VersionReading | undefined,
  note: string,
  context: WaitContext,
  hasBundle?: HasBundle,
): Promise<void> {
  const { label, bundle } = wanted;
  if (bundle !== undefined) {
    const isAnother = known !== undefined && (known.bucket !== bundle.bucket || known.key !== bundle.key);
    const isGone =
      isAnother && wanted.labelIsContent && hasBundle && !(await hasBundle(known.bucket, known.key));
    const isDeleted = isGone && (await deleted(beanstalk, label, known.key, context));
    if (known === undefined || isDeleted) {
      await beanstalk.createVersion(label, bundle, describeVersion(wanted, note));
    }
  }
  const until = context.clock.now().getTime() + visibleMs;
  await pollUntil(async () => {
    const found = await beanstalk.readVersion(label);
    if (found?.status === "FAILED" || context.clock.now().getTime() > until) {
      throw new ActionError("VersionUnusable", `Elastic Beanstalk could not process version "${label}"`, {
        hint: "look at the environment's events: a file in .ebextensions, or env.yaml, is invalid",
      });
    }
    // Just made, it may not show yet.
    return found === undefined || /^(PROCESSING|BUILDING)$/.test(found.status) ? undefined : found;
  }, context);
}

/** False where another environment runs the version: then Elastic Beanstalk is left to do with it what it can. */
async function deleted(
  beanstalk: Beanstalk,
  label: string,
  key: string,
  context: WaitContext,
): Promise<boolean> {
  context.note(`version ${label} was made of ${key}, which is no longer stored: making it anew`);
  try {
    await beanstalk.deleteVersion(label);
    return true;
  } catch (error) {
    context.note(`it stays as it is: ${explain(error)}`);
    return false;
  }
}
