/** The endpoint of a service, if the environment overrides it as the AWS SDKs and tools define it (`AWS_ENDPOINT_URL[_SERVICE]`). */
export function serviceEndpoint(
  env: Readonly<Record<string, string | undefined>>,
  service: "S3" | "STS" | "ELASTIC_BEANSTALK" | "CLOUDFRONT" | "SECRETS_MANAGER",
): string | undefined {
  return env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL || undefined;
}
