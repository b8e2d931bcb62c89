import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { S3Client } from "@aws-sdk/client-s3";
import { type VersionSource, versionSource } from "../../api/versions/version-source.ts";
import { connectionTo } from "../../aws/connection.ts";
import { environmentOf } from "../../bundle/migration-env.ts";
import type { ActionContext } from "../../kit/action.ts";
import { type DatabaseInputs, databaseSource } from "../../schema/database/address-inputs.ts";
import type { AddressSource } from "../../schema/database/login.ts";
import { openDistribution } from "../../site/cdn/open-distribution.ts";
import type { SiteCache } from "../../site/cdn/site-cache.ts";
import { type SiteOrigin, siteOrigin } from "../../verify/site-origin.ts";
import type { EnvironmentInputs } from "./inputs.ts";

/** What an environment's site is served from. */
export interface SiteTarget {
  /** "" where the step was not told. */
  readonly bucket: string;
  /** Text of config.json; null for that of before. */
  readonly config: string | null;
  /** Whether the site says in release.json which release it is. */
  readonly releaseJson: boolean;
  openCache(distribution: string): Promise<SiteCache>;
}

/** Where an environment's API runs; "" in either name where the step was not told. */
export interface ApiTarget {
  readonly application: string;
  readonly environment: string;
  readonly answersAt: VersionSource;
  /** Loads the client only when it is needed: most steps of a release never talk to Elastic Beanstalk. */
  connect(): Promise<ElasticBeanstalkClient>;
}

/** An environment's database, and what the code of its migrations reads. */
export interface SchemaTarget {
  /** undefined where the step was not told: then nothing of it can be changed. */
  readonly database: AddressSource | undefined;
  readonly migrationEnvironment: Readonly<Record<string, string>>;
}

/** The site's bucket, for whoever asks past a cache. The site's record knows of its distribution, and this does not. */
export function originOf(site: Pick<SiteTarget, "bucket">, s3: S3Client): SiteOrigin | undefined {
  return siteOrigin({ bucket: site.bucket, distribution: "" }, async () => s3);
}

type AwsInputs = Pick<EnvironmentInputs, "aws-region" | "role-to-assume">;

export function schemaTarget(
  given: Pick<EnvironmentInputs, keyof DatabaseInputs | "migration-env">,
  context: ActionContext,
): SchemaTarget {
  return {
    database: databaseSource(given, context),
    migrationEnvironment: environmentOf(given["migration-env"], context.env),
  };
}

export function siteTarget(
  given: AwsInputs & Pick<EnvironmentInputs, "site-bucket" | "config" | "release-json">,
  context: ActionContext,
): SiteTarget {
  return {
    bucket: given["site-bucket"],
    config: given.config,
    releaseJson: given["release-json"],
    openCache: (distribution) => openDistribution(distribution, given, context, 0),
  };
}

export function apiTarget(
  given: AwsInputs &
    Pick<EnvironmentInputs, "eb-application" | "eb-environment" | "api-path" | "version-path">,
  context: ActionContext,
): ApiTarget {
  return {
    application: given["eb-application"],
    environment: given["eb-environment"],
    answersAt: versionSource(given),
    connect: async () => {
      const { elasticBeanstalkClient } = await import("../../aws/elastic-beanstalk.ts");
      return elasticBeanstalkClient(connectionTo("ELASTIC_BEANSTALK", given, context));
    },
  };
}
