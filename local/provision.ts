import type { ElasticBeanstalk } from "./aws/elastic-beanstalk/elastic-beanstalk.ts";
import type { Postgres } from "./aws/postgres/postgres.ts";
import type { AwsServer } from "./aws/server.ts";
import type { GitHub } from "./github/server/server.ts";
import type { Ports } from "./ports.ts";
import { provisionBuckets } from "./provision-buckets.ts";
import { provisionEnvironment } from "./provision-environment.ts";
import { provisionRoles } from "./provision-roles.ts";
import { keptSecret } from "./secrets.ts";
import type { State } from "./state.ts";

export interface Services {
  readonly aws: AwsServer;
  readonly elasticBeanstalk: ElasticBeanstalk;
  readonly github: GitHub;
  readonly postgres: Postgres;
  readonly ports: Ports;
  /** `.local/` */
  readonly directory: string;
}

export const names = {
  environment: "local",
  artifacts: "udagram-local-artifacts",
  site: "udagram-local-site",
  media: "udagram-local-media",
  application: "udagram",
  beanstalk: "udagram-local",
  deployRole: "udagram-local-deploy",
  planRole: "udagram-local-plan",
  instanceRole: "udagram-local-instance",
} as const;

/**
 * Makes the account that the pipeline deploys to, as `infrastructure/` does on AWS: buckets, roles that trust this
 * repository's tokens, the Elastic Beanstalk environment, and the repository's variables and secrets. Idempotent.
 */
export async function provision(services: Services): Promise<State> {
  const { aws, github, postgres, ports } = services;
  const sitePort = await ports.allocate("site");
  const site = `http://127.0.0.1:${sitePort}`;
  provisionBuckets(aws, site);
  await aws.startWebsite(names.site, sitePort);

  const roles = provisionRoles(aws, github);
  await provisionEnvironment(aws, {
    site,
    postgres,
    tokenSecret: keptSecret(`${services.directory}/token-secret`),
  });
  const api = services.elasticBeanstalk.url(names.beanstalk) ?? "";

  github.setSettings({
    variables: {
      ENVIRONMENT: names.environment,
      AWS_REGION: aws.region,
      AWS_ROLE_ARN: roles.deploy,
      AWS_PLAN_ROLE_ARN: roles.plan,
      ARTIFACTS_BUCKET: names.artifacts,
      SITE_BUCKET: names.site,
      SITE_URL: site,
      API_URL: api,
      EB_APPLICATION: names.application,
      EB_ENVIRONMENT: names.beanstalk,
      DATABASE_CA: postgres.ca,
    },
    secrets: {},
    environments: { [names.environment]: { variables: {}, secrets: { DATABASE_URL: postgres.url } } },
  });

  return {
    site,
    api,
    aws: {
      endpoint: aws.endpoint,
      region: aws.region,
      ...aws.credentials,
    },
    github: { api: github.apiUrl, repository: github.repository, token: github.token },
    database: { url: postgres.url, ca: postgres.ca },
  };
}
