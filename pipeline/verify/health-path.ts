/**
 * The path that the environment's health check asks: of an application's own address, `/health` or `HTTP:80/health`, else the
 * load balancer's. Undefined where it only connects, `TCP:80`, or nothing is set.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
 */
export function healthPathIn(settings: ReadonlyMap<string, string>): string | undefined {
  const own = settings.get("aws:elasticbeanstalk:application Application Healthcheck URL") ?? "";
  if (/^TCP:/i.test(own)) return undefined;
  const [, path] = /^(?:HTTPS?:\d+)?(\/\S*)$/i.exec(own) ?? [];
  return (
    path || settings.get("aws:elasticbeanstalk:environment:process:default HealthCheckPath") || undefined
  );
}
