import type { ElasticBeanstalk } from "./aws/elastic-beanstalk/elastic-beanstalk.ts";
import type { Postgres } from "./aws/postgres/postgres.ts";
import type { AwsServer } from "./aws/server.ts";
import type { GitHub } from "./github/server/server.ts";
import type { Ports } from "./ports.ts";
import { provisionBuckets, provisionStore } from "./provision-buckets.ts";
import { endEnvironment, provisionEnvironment } from "./provision-environment.ts";
import { provisionDeployRole, provisionPlanRole, provisionTrust } from "./provision-roles.ts";
import { provisionStaging } from "./provision-staging.ts";
import { keptSecret } from "./secrets.ts";
import type { State } from "./state.ts";

export interface Services {
  readonly aws: AwsServer;
  readonly elasticBeanstalk: ElasticBeanstalk;
  readonly github: GitHub;
  readonly postgres: Postgres;
  readonly ports: Ports;
  /** Login of whoever uses the stack. */
  readonly actor: string;
  /** `.local/` */
  readonly directory: string;
}

/** What an environment has for itself. */
export interface Place {
  readonly environment: string;
  readonly site: string;
  readonly media: string;
  readonly beanstalk: string;
  readonly deployRole: string;
}

const placeOf = (environment: string): Place => ({
  environment,
  site: `udagram-${environment}-site`,
  media: `udagram-${environment}-media`,
  beanstalk: `udagram-${environment}`,
  deployRole: `udagram-${environment}-deploy`,
});

/** What pushes go to, and what all environments share. */
export const names = {
  ...placeOf("local"),
  artifacts: "udagram-local-artifacts",
  application: "udagram",
  planRole: "udagram-local-plan",
  instanceRole: "udagram-local-instance",
} as const;

export const staging = placeOf("staging");

/**
 * Makes the account that the pipeline deploys to, as `infrastructure/` does on AWS: buckets, roles that trust this
 * repository's tokens, the Elastic Beanstalk environments, and the repository's variables and secrets. Idempotent. With
 * staging, there is an environment of that name, and whoever uses the stack has to let a release go on from there.
 */
export async function provision(services: Services, options: { readonly staging: boolean }): Promise<State> {
  const { aws, github, postgres, ports } = services;
  const sitePort = await ports.allocate("site");
  const site = `http://127.0.0.1:${sitePort}`;
  provisionStore(aws);
  provisionBuckets(aws, names, site);
  await aws.startWebsite(names.site, sitePort);

  const trusts = provisionTrust(aws, github);
  const roles = { deploy: provisionDeployRole(aws, trusts, names), plan: provisionPlanRole(aws, trusts) };
  await provisionEnvironment(aws, names, {
    site,
    database: postgres.url,
    databaseCa: postgres.ca,
    tokenSecret: keptSecret(`${services.directory}/token-secret`),
  });
  const api = services.elasticBeanstalk.url(names.beanstalk) ?? "";
  const stage = options.staging ? await provisionStaging(services, trusts) : undefined;
  // Started without staging after a start with it: its files stay, what runs of it ends.
  if (stage === undefined) await endEnvironment(aws, staging);

  github.setSettings({
    variables: {
      ENVIRONMENT: names.environment,
      ...(stage === undefined ? {} : { STAGING_ENVIRONMENT: staging.environment }),
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
    environments: {
      [names.environment]: { variables: {}, secrets: { DATABASE_URL: postgres.url } },
      ...(stage === undefined
        ? {}
        : {
            [staging.environment]: stage,
            promotion: { variables: {}, secrets: {}, reviewers: [services.actor] },
          }),
    },
  });

  return {
    site,
    api,
    ...(stage === undefined
      ? {}
      : { staging: { site: stage.variables.SITE_URL ?? "", api: stage.variables.API_URL ?? "" } }),
    aws: {
      endpoint: aws.endpoint,
      region: aws.region,
      ...aws.credentials,
    },
    github: { api: github.apiUrl, repository: github.repository, token: github.token },
    database: { url: postgres.url, ca: postgres.ca },
  };
}
