/** What an environment has for itself, by name. */
export interface EnvironmentNames {
  readonly environment: string;
  readonly site: string;
  readonly media: string;
  readonly beanstalk: string;
  readonly deployRole: string;
  readonly databaseSecret: string;
}

const namesOf = (environment: string): EnvironmentNames => ({
  environment,
  site: `udagram-${environment}-site`,
  media: `udagram-${environment}-media`,
  beanstalk: `udagram-${environment}`,
  deployRole: `udagram-${environment}-deploy`,
  databaseSecret: `udagram-${environment}-database`,
});

/** What pushes go to, and what all environments share. */
export const names = {
  ...namesOf("local"),
  artifacts: "udagram-local-artifacts",
  application: "udagram",
  planRole: "udagram-local-plan",
  instanceRole: "udagram-local-instance",
} as const;

export const staging = namesOf("staging");
