/** What an environment has for itself, and what it shares with the others of its account, by name. */
export interface EnvironmentNames {
  readonly environment: string;
  readonly site: string;
  readonly media: string;
  readonly beanstalk: string;
  readonly deployRole: string;
  /** Id of the distribution in front of site and API. */
  readonly distribution: string;
  readonly database: string;
  readonly databaseSecret: string;
  /** The release store, which all environments share. */
  readonly artifacts: string;
  /** Elastic Beanstalk's application, which all environments share. */
  readonly application: string;
}

/** What an app's account has, by name. */
export interface AccountNames {
  /** What pushes go to. */
  readonly local: EnvironmentNames;
  readonly staging: EnvironmentNames;
  readonly planRole: string;
  readonly instanceRole: string;
}

/** The names of all that an app has. The app's own is of lower-case letters, digits and dashes, 20 at most. */
export function accountNames(app: string): AccountNames {
  const database = app.replaceAll("-", "_");
  const namesOf = (environment: string, ofDatabase: string): EnvironmentNames => ({
    environment,
    site: `${app}-${environment}-site`,
    media: `${app}-${environment}-media`,
    beanstalk: `${app}-${environment}`,
    deployRole: `${app}-${environment}-deploy`,
    distribution: `E${environment.toUpperCase()}`,
    database: ofDatabase,
    databaseSecret: `${app}-${environment}-database`,
    artifacts: `${app}-local-artifacts`,
    application: app,
  });
  return {
    local: namesOf("local", database),
    staging: namesOf("staging", `${database}_staging`),
    planRole: `${app}-local-plan`,
    instanceRole: `${app}-local-instance`,
  };
}

/** Udagram's own, where pushes go to. */
export const names = accountNames("udagram").local;
