import { AwsError } from "../service.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValue", 400, message);

/** Errors with the codes and words of the real service; clients recognise them by both. */
export const errors = {
  noApplication: (name: string) => invalid(`No Application named '${name}' found.`),
  applicationExists: (name: string) => invalid(`Application ${name} already exists.`),
  noVersion: (label: string) => invalid(`No Application Version named '${label}' found.`),
  versionUnusable: (label: string) =>
    invalid(`Application Version '${label}' is unusable and cannot be used with an environment`),
  versionProcessing: (label: string) =>
    invalid(
      `Application Version '${label}' has not been processed yet and cannot be used with an environment`,
    ),
  versionExists: (label: string) => invalid(`Application Version ${label} already exists.`),
  versionInUse: (label: string) =>
    invalid(`Unable to delete application version ${label} because it is used by one or more environments.`),
  versionBusy: (label: string) =>
    new AwsError(
      "OperationInProgressFailure",
      400,
      `Unable to delete application version: ${label}. An operation is already in progress, please retry again shortly.`,
    ),
  tooManyVersions: (limit: number) =>
    new AwsError(
      "TooManyApplicationVersionsException",
      400,
      `You cannot have more than ${limit} Application Versions. Either remove some Application Versions or request a limit increase.`,
    ),
  noEnvironment: (field: "EnvironmentName" | "EnvironmentId", value: string) =>
    invalid(`No Environment found for ${field} = '${value}'.`),
  environmentExists: (name: string) => invalid(`Environment ${name} already exists.`),
  mustBeReady: (name: string) =>
    invalid(`Environment named ${name} is in an invalid state for this operation. Must be Ready.`),
  nothingToAbort: (name: string) =>
    invalid(
      `Environment named ${name} is in an invalid state for this operation. Must be pending deployment.`,
    ),
  pendingDeployment: (name: string) =>
    invalid(`Cannot terminate environment named ${name}. It is currently pending deployment.`),
  applicationInUse: (name: string) =>
    new AwsError(
      "OperationInProgressFailure",
      400,
      `Unable to delete application ${name} because it has running environments.`,
    ),
  bundleUnreadable: (bucket: string, key: string, reason: string) =>
    invalid(`Unable to download from S3 location (Bucket: ${bucket}  Key: ${key}). Reason: ${reason}`),
  configuration: (message: string) =>
    new AwsError("ConfigurationValidationException", 400, `Configuration validation exception: ${message}`),
  noSolutionStack: (name: string) => invalid(`No Solution Stack named '${name}' found.`),
  /** On basic health reporting; the EB CLI compares the whole message. */
  basicHealth: (operation: string) =>
    new AwsError("InvalidRequestException", 400, `${operation} is not supported.`),
  noResource: (arn: string) =>
    new AwsError("ResourceNotFoundException", 400, `Resource not found for arn '${arn}'.`),
  unsupported: (what: string) => invalid(`${what} is not supported by this stand-in of Elastic Beanstalk.`),
  tooManyTags: (arn: string) =>
    new AwsError("TooManyTagsException", 400, `The number of tags of '${arn}' would exceed the limit of 50.`),
  missing: (parameter: string) =>
    new AwsError("MissingParameter", 400, `The request must contain the parameter ${parameter}.`),
  invalid,
  /** As the service's framework words every breach of a model constraint. */
  constraint: (parameter: string, value: string, rule: string) =>
    new AwsError(
      "ValidationError",
      400,
      `1 validation error detected: Value '${value}' at '${parameter}' failed to satisfy constraint: ${rule}`,
    ),
} as const;
