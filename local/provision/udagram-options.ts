import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";

/**
 * How Udagram's environments replace versions and what they take for healthy, as `infrastructure/environment.yml` has it. Immutable: new
 * instances must pass before any old one stops, so a broken version never meets a visitor, and the old one needs no second
 * deployment to come back.
 */
export function udagramOptions(): readonly ConfigurationOptionSetting[] {
  const options: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "aws:elasticbeanstalk:command": {
      DeploymentPolicy: "Immutable",
      HealthCheckSuccessThreshold: "Ok",
      IgnoreHealthCheck: "false",
      Timeout: "600",
    },
    "aws:autoscaling:updatepolicy:rollingupdate": {
      RollingUpdateEnabled: "true",
      RollingUpdateType: "Immutable",
    },
    "aws:elasticbeanstalk:application": { "Application Healthcheck URL": "/health" },
    "aws:elasticbeanstalk:environment:process:default": {
      HealthCheckPath: "/health",
      MatcherHTTPCode: "200",
      DeregistrationDelay: "20",
    },
    "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced" },
  };
  return Object.entries(options).flatMap(([Namespace, values]) =>
    Object.entries(values).map(([OptionName, Value]) => ({ Namespace, OptionName, Value })),
  );
}
