/** How hard a change of an option is on the environment, as DescribeConfigurationOptions names it. */
type ChangeSeverity = "NoInterruption" | "RestartApplicationServer" | "RestartEnvironment";

interface Rule {
  readonly defaultValue?: string;
  /** "NoInterruption" when absent. */
  readonly severity?: ChangeSeverity;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

export interface OptionDefinition extends Rule {
  readonly namespace: string;
  readonly name: string;
  readonly severity: ChangeSeverity;
}

export const environmentVariables = "aws:elasticbeanstalk:application:environment";

const restart = { severity: "RestartEnvironment" } as const;
const flag = (defaultValue: "true" | "false"): Rule => ({ defaultValue, values: ["true", "false"] });
const number = (defaultValue: number, min: number, max: number): Rule => ({
  defaultValue: String(defaultValue),
  min,
  max,
});
/** The first word is the default. */
const words = (...values: string[]): Rule => ({ defaultValue: values[0] ?? "", values });
const healthLevels = words("Ok", "Warning", "Degraded", "Severe");

/**
 * The options that this stand-in acts on or reports, with the real defaults but for three, so that a laptop shows a fleet
 * and its health: `MinSize` 2 (1 on AWS), `SystemType` enhanced (basic over the API, enhanced from the console) and
 * `LoadBalancerType` application (classic over the API).
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
 */
const table: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  "aws:autoscaling:asg": {
    MinSize: number(2, 1, 20),
    MaxSize: number(4, 1, 10_000),
    Cooldown: number(360, 0, 10_000),
  },
  "aws:autoscaling:launchconfiguration": {
    InstanceType: { defaultValue: "t3.micro", ...restart },
    IamInstanceProfile: restart,
  },
  "aws:ec2:instances": { InstanceTypes: { defaultValue: "t3.micro, t3.small", ...restart } },
  "aws:elasticbeanstalk:application": { "Application Healthcheck URL": { defaultValue: "" } },
  "aws:elasticbeanstalk:cloudwatch:logs": { StreamLogs: flag("false") },
  "aws:elasticbeanstalk:command": {
    BatchSize: number(100, 1, 10_000),
    BatchSizeType: words("Percentage", "Fixed"),
    DeploymentPolicy: words(
      "AllAtOnce",
      "Rolling",
      "RollingWithAdditionalBatch",
      "Immutable",
      "TrafficSplitting",
    ),
    HealthCheckSuccessThreshold: healthLevels,
    IgnoreHealthCheck: flag("false"),
    Timeout: number(600, 1, 3600),
  },
  "aws:elasticbeanstalk:environment": {
    EnvironmentType: { ...words("LoadBalanced", "SingleInstance"), ...restart },
    LoadBalancerType: { ...words("application", "classic", "network"), ...restart },
    ServiceRole: {},
  },
  "aws:elasticbeanstalk:environment:process:default": {
    DeregistrationDelay: number(20, 0, 3600),
    HealthCheckInterval: number(15, 5, 300),
    HealthCheckPath: { defaultValue: "/" },
    HealthCheckTimeout: number(5, 1, 60),
    HealthyThresholdCount: number(3, 2, 10),
    MatcherHTTPCode: { defaultValue: "200" },
    Port: number(80, 1, 65_535),
    Protocol: words("HTTP", "HTTPS"),
    UnhealthyThresholdCount: number(5, 2, 10),
  },
  "aws:elasticbeanstalk:environment:proxy": {
    ProxyServer: { ...words("nginx", "apache", "none"), severity: "RestartApplicationServer" },
  },
  "aws:elasticbeanstalk:healthreporting:system": {
    ConfigDocument: {},
    EnhancedHealthAuthEnabled: flag("true"),
    HealthCheckSuccessThreshold: healthLevels,
    SystemType: words("enhanced", "basic"),
  },
  "aws:elasticbeanstalk:hostmanager": { LogPublicationControl: flag("false") },
  "aws:elasticbeanstalk:managedactions": { ManagedActionsEnabled: flag("false") },
  "aws:elasticbeanstalk:trafficsplitting": {
    EvaluationTime: number(5, 3, 600),
    NewVersionPercent: number(10, 1, 100),
  },
};

export const optionDefinitions: readonly OptionDefinition[] = Object.entries(table).flatMap(
  ([namespace, options]) =>
    Object.entries(options).map(([name, rule]) => ({
      severity: "NoInterruption" as const,
      ...rule,
      namespace,
      name,
    })),
);

/** Namespaces whose options are all in the table: another name in them is a mistake of the sender. */
export const completeNamespaces: ReadonlySet<string> = new Set([
  "aws:elasticbeanstalk:application",
  "aws:elasticbeanstalk:command",
  "aws:elasticbeanstalk:healthreporting:system",
  "aws:elasticbeanstalk:trafficsplitting",
]);

/** Namespaces that are AWS's, and kept and reported without effect. */
export const knownNamespaces =
  /^aws:(autoscaling|cloudformation|ec2|elasticbeanstalk|elb|elbv2|rds|secretsmanager|ssm)(:|$)/;
