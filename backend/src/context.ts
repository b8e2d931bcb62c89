import type { Logger } from "pino";
import { type Account, createAccount } from "./account/account.ts";
import { createAccountRepository } from "./account/account-repository.ts";
import type { Config } from "./config.ts";
import { type Database, openDatabase } from "./database/database.ts";
import { createFeed, type Feed } from "./feed/feed.ts";
import { createFeedRepository } from "./feed/feed-repository.ts";
import { createReadiness, type Readiness } from "./health/readiness.ts";
import { accountLimits } from "./limits/account-limits.ts";
import { createLimits, type Limits } from "./limits/limits.ts";
import { type AwsCredentials, createStorage, type Storage } from "./storage/storage.ts";
import { createUploadRepository } from "./uploads/upload-repository.ts";
import { createUploads, type Uploads } from "./uploads/uploads.ts";
import { createPasswords, type Passwords } from "./users/password.ts";
import { createPasswordCheck } from "./users/password-check.ts";
import { createSessions, type Sessions } from "./users/sessions.ts";
import { createTokens } from "./users/tokens.ts";
import { createUserRepository } from "./users/user-repository.ts";
import { createUsers, type Users } from "./users/users.ts";

/** All that the application is made of, put together once per process (or per test). */
export interface Context {
  readonly config: Config;
  readonly logger: Logger;
  /** The API version, as `/version` answers it. */
  readonly version: string;
  readonly database: Database;
  readonly storage: Storage;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly account: Account;
  readonly uploads: Uploads;
  readonly feed: Feed;
  readonly limits: Limits;
  readonly readiness: Readiness;
}

export interface Overrides {
  readonly passwords?: Passwords;
  readonly credentials?: AwsCredentials;
}

/** Connects to nothing yet. */
export function createContext(
  config: Config,
  { logger, version }: { readonly logger: Logger; readonly version: string },
  overrides: Overrides = {},
): Context {
  const database = openDatabase(config.database);
  const storage = createStorage(config.storage, overrides.credentials);
  const limits = createLimits(database);
  const tokens = createTokens(config.tokens);
  const people = {
    passwords: overrides.passwords ?? createPasswords(),
    tokens,
    limits,
    accountLimits: accountLimits(config.limits),
  };
  const passwordCheck = createPasswordCheck(people);
  const repository = createUserRepository(database);
  const users = createUsers({ ...people, repository, passwordCheck });
  const uploads = createUploads(createUploadRepository(database), storage);
  const account = createAccount({
    ...people,
    repository: createAccountRepository(database),
    users: repository,
    uploads,
    passwordCheck,
    logger,
  });
  const feed = createFeed({ repository: createFeedRepository(database), uploads, logger });
  return {
    config,
    logger,
    version,
    database,
    storage,
    sessions: createSessions(tokens, repository),
    users,
    account,
    uploads,
    feed,
    limits,
    readiness: createReadiness(database, storage),
  };
}
