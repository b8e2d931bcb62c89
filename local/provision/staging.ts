import type { EnvironmentValues } from "../github/server/actions/settings.ts";
import { provisionBuckets } from "./buckets.ts";
import { provisionDatabaseSecret } from "./database-secret.ts";
import { provisionEnvironment } from "./environment.ts";
import { factsOf } from "./facts.ts";
import { keptSecret } from "./kept-secret.ts";
import { provisionDeployRole } from "./roles.ts";
import type { Services } from "./services.ts";
import type { Trust } from "./trust.ts";

/** A second environment with everything of its own but the release store; what its jobs see differently. */
export async function provisionStaging(services: Services, trust: Trust): Promise<EnvironmentValues> {
  const { aws, postgres, ports, directory, app } = services;
  const { staging } = app.names;
  const sitePort = await ports.allocate("staging-site");
  const site = `http://127.0.0.1:${sitePort}`;
  const url = app.stagingUrl ?? site;
  provisionBuckets(aws, staging, [site, url, ...app.origins]);
  await aws.startWebsite(staging.site, sitePort);
  const database = await postgres.createDatabase(staging.database);
  const secret = provisionDatabaseSecret(aws.secrets, staging, database);
  const role = provisionDeployRole(aws.iam, trust, staging, secret);
  const facts = factsOf({
    place: staging,
    site,
    origins: app.origins,
    app: url,
    region: aws.region,
    database: { url: database, ca: postgres.ca, caFile: postgres.caFile },
    secret: keptSecret(`${directory}/token-secret-staging`),
  });
  await provisionEnvironment(aws, staging, {
    properties: app.properties,
    options: app.options,
    facts,
    addressOf: (environment) => services.elasticBeanstalk.url(environment),
  });
  return {
    variables: {
      AWS_ROLE_ARN: role,
      SITE_BUCKET: staging.site,
      SITE_URL: app.hasOneAddress ? url : site,
      API_URL: app.hasOneAddress ? url : (services.elasticBeanstalk.url(staging.beanstalk) ?? ""),
      CLOUDFRONT_DISTRIBUTION: staging.distribution,
      EB_ENVIRONMENT: staging.beanstalk,
      DATABASE_SECRET: secret,
    },
    secrets: {},
    branches: [app.branch],
  };
}
