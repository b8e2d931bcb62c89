import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import type { ElasticBeanstalk } from "../aws/elastic-beanstalk/elastic-beanstalk.ts";
import type { Postgres } from "../aws/postgres/postgres.ts";
import type { AwsServer } from "../aws/server.ts";
import type { GitHub } from "../github/server/server.ts";
import type { Ports } from "../ports.ts";
import type { AccountNames } from "./names.ts";
import type { Property } from "./properties.ts";
import type { Pipeline } from "./trust.ts";

/** What an account is made of, up but empty. */
export interface Services {
  readonly aws: AwsServer;
  readonly elasticBeanstalk: ElasticBeanstalk;
  readonly github: GitHub;
  readonly postgres: Postgres;
  readonly ports: Ports;
  /** Login of whoever uses the stack. */
  readonly actor: string;
  /** Where the stack keeps its state: `.local/`, for Udagram. */
  readonly directory: string;
  readonly app: {
    /** The working copy of its repository. */
    readonly folder: string;
    /** The branch whose pushes go live. */
    readonly branch: string;
    readonly names: AccountNames;
    readonly properties: readonly Property[];
    readonly options: readonly ConfigurationOptionSetting[];
    /** From which origins beside the site's own browsers may reach the API and the photos. */
    readonly origins: readonly string[];
    /** Address of site and API together, and whether it is the one that visitors come by. */
    readonly url: string;
    readonly hasOneAddress: boolean;
    /** Of site and API together in staging; undefined where there is none. */
    readonly stagingUrl: string | undefined;
    readonly pipeline: Pipeline;
  };
}
