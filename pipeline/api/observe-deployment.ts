import { ActionError } from "../kit/errors.ts";
import type { Beanstalk } from "./environment/beanstalk.ts";
import { servedBy } from "./environment/observe.ts";
import { pollUntil, type WaitContext } from "./environment/poll.ts";
import { type BusyRule, waitForReady } from "./environment/ready.ts";
import type { Before } from "./update/run-update.ts";
import type { ApplicationVersions, VersionReading } from "./versions/application-versions.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** A Ready environment, and what Elastic Beanstalk has under the label that it is to run and the one that it runs. */
export interface ObservedDeployment extends Before {
  readonly version: VersionReading | undefined;
  readonly runningVersion: VersionReading | undefined;
}

/**
 * The environment and the versions as they are, read at once. Throws `EnvironmentNotFound`, and
 * `BundleUnfit` for an environment that takes none; waits while it is busy.
 */
export async function observeDeployment(
  beanstalk: Beanstalk,
  versions: ApplicationVersions,
  { label, answersAt }: WantedVersion,
  busy: BusyRule,
  context: WaitContext,
): Promise<ObservedDeployment> {
  const environment = await waitForReady(beanstalk, busy, context);
  if (environment.tier === "Cluster") {
    throw new ActionError(
      "BundleUnfit",
      "the environment is of the tier Cluster, which runs no source bundles",
      {
        hint: "deploy to an environment of the tier WebServer or Worker: Cluster environments run images of containers on EKS",
      },
    );
  }
  const running = environment.versionLabel;
  const labels = running === "" ? [label] : [label, running];
  // Busy accounts are throttled for longer than one call is repeated.
  const [fleet, known] = await pollUntil(
    () => Promise.all([beanstalk.readInstances(), versions.readAll(labels)]),
    context,
  );
  return {
    environment,
    fleet,
    served: await servedBy(fleet, environment.url, answersAt),
    version: known.get(label),
    runningVersion: known.get(running),
  };
}

/** Where neither the instances nor the address can tell what runs, nothing could be said after the update: so none is sent. */
export function refuseUnknowable(
  { fleet, environment }: Before,
  { answersAt }: WantedVersion,
  acceptUnknown: boolean,
): void {
  if (fleet.kind === "known" || acceptUnknown || (answersAt && environment.url !== "")) return;
  throw new ActionError(
    "DeployUnknown",
    `what the environment's instances run cannot be known (${fleet.why}), and no address is given that tells`,
    {
      hint: "set `version-path` to a path of the application that answers with its version, turn enhanced health on, or set `accept-unknown: true`",
    },
  );
}
