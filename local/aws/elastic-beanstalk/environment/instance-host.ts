import { dirname } from "node:path";
import type { Probe } from "../instance/health-check.ts";
import type { Instance, InstanceHost } from "../instance/instance.ts";
import type { Environment } from "../model.ts";
import type { Options } from "../option-settings.ts";
import type { Services } from "./services.ts";

const processNamespace = "aws:elasticbeanstalk:environment:process:default";

/** The environment that instances belong to, as they see it. */
export interface Surroundings {
  readonly record: Environment;
  readonly services: Services;
  readonly instances: readonly Instance[];
  /** Settings that the instances run with. */
  readonly options: Options;
  readonly enhanced: boolean;
}

/** What an environment gives to its instances: their processes' environment, what their health is asked by, faults. */
export function instanceHost(
  surroundings: Surroundings,
  healthChanged: InstanceHost["healthChanged"],
): InstanceHost {
  const { services, record } = surroundings;
  const { timing, now, faults } = services;
  const { region, instances } = services.options;
  return {
    processes: instances.processes,
    timing,
    now,
    environment: async (variables) => {
      const base: Record<string, string> = {
        ...instances.environment,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        ...(await instances.instanceProfile()),
        ...variables,
        AWS_ENDPOINT_URL: instances.endpoint,
      };
      return { ...base, PATH: [dirname(process.execPath), base.PATH].filter(Boolean).join(":") };
    },
    probe: (): Probe => ({
      path: record.tier === undefined ? healthPath(surroundings.options) : "",
      matcher: surroundings.options.get(processNamespace, "MatcherHTTPCode"),
      timeoutMs: timing.healthCheck.timeoutMs,
      seesProcess: surroundings.enhanced,
    }),
    proxy: () => ({
      nginx: surroundings.options.get("aws:elasticbeanstalk:environment:proxy", "ProxyServer") === "nginx",
      applicationPort: Number(surroundings.options.variables().PORT ?? 8080),
    }),
    faultOf: (instance) => {
      const which = faults.find("failing-health", record.name)?.instances;
      const fresh = instance.record.deployment.versionLabel !== record.deployed?.versionLabel;
      const struck =
        which === "all" || (which === "new" && fresh) || which === surroundings.instances.indexOf(instance);
      return struck ? "Target.FailedHealthChecks: fault failing-health" : undefined;
    },
    healthChanged,
  };
}

/**
 * What the load balancer asks: "Application Healthcheck URL" (`/health`, `HTTP:80/health`), else an Application Load Balancer
 * the path of the default process; others, and single instances, only connect: "".
 */
function healthPath(options: Options): string {
  const url = options.get("aws:elasticbeanstalk:application", "Application Healthcheck URL");
  const environment = (name: string): string => options.get("aws:elasticbeanstalk:environment", name);
  const application =
    environment("EnvironmentType") === "LoadBalanced" && environment("LoadBalancerType") === "application";
  const path = url !== "" ? url : application ? options.get(processNamespace, "HealthCheckPath") : "";
  if (/^TCP(:|$)/i.test(path)) return "";
  return path.replace(/^HTTPS?:\d+(?=\/)/i, "");
}
