import { ActionError } from "../lib/errors.ts";
import type { Beanstalk } from "./beanstalk.ts";
import type { VersionReading } from "./observation.ts";
import { describeVersion, type WantedVersion } from "./plan.ts";
import { pollUntil } from "./poll.ts";
import type { WaitContext } from "./ready.ts";

const visibleMs = 5 * 60_000;

/** Creates the version where there is none, and waits until Elastic Beanstalk has processed its bundle. */
export async function ensureVersion(
  beanstalk: Beanstalk,
  wanted: WantedVersion,
  known: VersionReading | undefined,
  note: string,
  context: WaitContext,
): Promise<void> {
  const { label, bundle } = wanted;
  if (known === undefined && bundle !== undefined) {
    await beanstalk.createVersion(label, bundle, describeVersion(wanted, note));
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
