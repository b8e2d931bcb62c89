import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { Clock } from "../kit/clock.ts";
import { ActionError } from "../kit/errors.ts";
import { preflightDeploy, preflightHint, refusedSettings } from "./bundle/preflight-deploy.ts";
import type { OpenBundle } from "./bundle/stored-bundle.ts";
import { Beanstalk } from "./environment/beanstalk.ts";
import { ApplicationVersions } from "./versions/application-versions.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/**
 * Looks, before anything of a rollback moves, whether Elastic Beanstalk would refuse the version for the settings or resources that its files
 * change. Throws `BundleUnfit`. What could not be looked at is no refusal: going back may be all that is left.
 */
export async function preflightRollback(
  target: { readonly eb: ElasticBeanstalkClient; readonly application: string; readonly environment: string },
  { label, source }: WantedVersion,
  open: OpenBundle,
  clock: Clock,
): Promise<void> {
  const { eb, application, environment: name } = target;
  const beanstalk = new Beanstalk(eb, application, name, clock);
  const environment = await beanstalk.readEnvironment();
  if (!environment || environment.versionLabel === label) return;
  const versions = await new ApplicationVersions(eb, application, clock).readAll([
    label,
    environment.versionLabel,
  ]);
  const bundles = { wanted: versions.get(label) ?? source, running: versions.get(environment.versionLabel) };
  const found = await preflightDeploy(beanstalk, environment, bundles, open);
  const refused = refusedSettings(found);
  if (refused.length === 0) return;
  throw new ActionError("BundleUnfit", `version "${label}" could not be put back: ${refused.join("; ")}`, {
    hint: preflightHint({ problems: refused, notes: [] }),
  });
}
