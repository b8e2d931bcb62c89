import type { EnvironmentValues } from "./github/server/actions/settings.ts";
import { type Services, staging } from "./provision.ts";
import { provisionBuckets } from "./provision-buckets.ts";
import { provisionEnvironment } from "./provision-environment.ts";
import { provisionDeployRole, type Trust } from "./provision-roles.ts";
import { keptSecret } from "./secrets.ts";

/** A second environment with everything of its own but the release store; what its jobs see differently. */
export async function provisionStaging(services: Services, trust: Trust): Promise<EnvironmentValues> {
  const { aws, postgres, ports, directory } = services;
  const sitePort = await ports.allocate("staging-site");
  const site = `http://127.0.0.1:${sitePort}`;
  provisionBuckets(aws, staging, site);
  await aws.startWebsite(staging.site, sitePort);
  const role = provisionDeployRole(aws, trust, staging);
  const database = await postgres.createDatabase("udagram_staging");
  await provisionEnvironment(aws, staging, {
    site,
    database,
    databaseCa: postgres.ca,
    tokenSecret: keptSecret(`${directory}/token-secret-staging`),
  });
  return {
    variables: {
      AWS_ROLE_ARN: role,
      SITE_BUCKET: staging.site,
      SITE_URL: site,
      API_URL: services.elasticBeanstalk.url(staging.beanstalk) ?? "",
      EB_ENVIRONMENT: staging.beanstalk,
    },
    secrets: { DATABASE_URL: database },
  };
}
