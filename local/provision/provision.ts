import type { State } from "../state.ts";
import { provisionBuckets, provisionStore } from "./buckets.ts";
import { provisionDatabaseSecret } from "./database-secret.ts";
import { endEnvironment, provisionEnvironment } from "./environment.ts";
import { factsOf } from "./facts.ts";
import { keptSecret } from "./kept-secret.ts";
import { provisionDeployRole, provisionPlanRole } from "./roles.ts";
import type { Services } from "./services.ts";
import { provisionStaging } from "./staging.ts";
import { provisionTrust } from "./trust.ts";

/**
 * Makes the account that the pipeline deploys to, as `infrastructure/` does on AWS: buckets, the databases as secrets, roles that trust
 * this repository's tokens, the Elastic Beanstalk environments, and the repository's variables and secrets. Idempotent. With
 * staging, there is an environment of that name, and whoever uses the stack has to let a release go on from there.
 */
export async function provision(services: Services, options: { readonly staging: boolean }): Promise<State> {
  const { aws, github, postgres, ports, app } = services;
  const { local: names, staging } = app.names;
  const sitePort = await ports.allocate("site");
  const site = `http://127.0.0.1:${sitePort}`;
  provisionStore(aws, names);
  provisionBuckets(aws, names, [site, app.url, ...app.origins]);
  await aws.startWebsite(names.site, sitePort);

  const database = await postgres.createDatabase(names.database);
  const trusts = provisionTrust(aws.iam, github, app);
  const databaseSecret = provisionDatabaseSecret(aws.secrets, names, database);
  const roles = {
    deploy: provisionDeployRole(aws.iam, trusts, names, databaseSecret),
    plan: provisionPlanRole(aws.iam, trusts, app.names),
  };
  const facts = factsOf({
    place: names,
    site,
    origins: app.origins,
    app: app.url,
    region: aws.region,
    database: { url: database, ca: postgres.ca, caFile: postgres.caFile },
    secret: keptSecret(`${services.directory}/token-secret`),
  });
  await provisionEnvironment(aws, names, {
    properties: app.properties,
    options: app.options,
    facts,
    addressOf: (environment) => services.elasticBeanstalk.url(environment),
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
      SITE_URL: app.hasOneAddress ? app.url : site,
      API_URL: app.hasOneAddress ? app.url : api,
      CLOUDFRONT_DISTRIBUTION: names.distribution,
      EB_APPLICATION: names.application,
      EB_ENVIRONMENT: names.beanstalk,
      DATABASE_CA: postgres.ca,
    },
    secrets: {},
    // What checks the pipeline starts this very stack, many times.
    ...(app.pipeline.repository === github.repository ? { disabledWorkflows: ["checks.yml"] } : {}),
    environments: {
      [names.environment]: {
        variables: { DATABASE_SECRET: databaseSecret },
        secrets: {},
        branches: [app.branch],
      },
      ...(stage === undefined
        ? {}
        : {
            [staging.environment]: stage,
            promotion: { variables: {}, secrets: {}, branches: [app.branch], reviewers: [services.actor] },
          }),
    },
  });

  return {
    folder: app.folder,
    site,
    api,
    app: app.url,
    ...(stage === undefined
      ? {}
      : { staging: { site: stage.variables.SITE_URL ?? "", api: stage.variables.API_URL ?? "" } }),
    aws: {
      endpoint: aws.endpoint,
      region: aws.region,
      ...aws.credentials,
    },
    github: {
      api: github.apiUrl,
      repository: github.repository,
      token: github.token,
      remote: github.gitDirectory,
      branch: app.branch,
    },
    database: { url: database, ca: postgres.ca, secret: databaseSecret },
  };
}
