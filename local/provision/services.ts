import type { ElasticBeanstalk } from "../aws/elastic-beanstalk/elastic-beanstalk.ts";
import type { Postgres } from "../aws/postgres/postgres.ts";
import type { AwsServer } from "../aws/server.ts";
import type { GitHub } from "../github/server/server.ts";
import type { Ports } from "../ports.ts";

/** What an account is made of, up but empty. */
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
