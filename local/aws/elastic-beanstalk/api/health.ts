import { loadavg } from "node:os";
import type { QueryRequest } from "../../query-protocol.ts";
import { members, type XmlContent } from "../../xml.ts";
import { colorOf, type HealthStatus } from "../environment/health.ts";
import type { RunningEnvironment } from "../environment/running-environment.ts";
import { errors } from "../errors.ts";
import type { Instance } from "../instance/instance.ts";
import { percentiles, type Sample, summarise } from "../instance/metrics.ts";
import type { ApiContext, Operations } from "./context.ts";
import { Input } from "./input.ts";

const summaryNames: readonly HealthStatus[] = [
  "NoData",
  "Unknown",
  "Pending",
  "Ok",
  "Info",
  "Warning",
  "Degraded",
  "Severe",
];

export function healthOperations(context: ApiContext): Operations {
  const { now, names } = context.services;
  const resource = (request: QueryRequest): string => context.environmentArn(new Input(request));
  const target = (request: QueryRequest): string => new Input(request).text("EnvironmentName") ?? "";
  const enhanced = (request: QueryRequest, input: Input): RunningEnvironment => {
    const environment = context.environment(input);
    if (!environment.enhanced) throw errors.basicHealth(request.action);
    return environment;
  };
  return {
    DescribeEnvironmentHealth: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const environment = enhanced(request, input);
        const { record, health } = environment;
        const statuses = environment.instances.map((instance) => environment.instanceHealth(instance).status);
        return {
          EnvironmentName: record.name,
          ...chosen(input, {
            HealthStatus: health.status,
            Status: record.status,
            Color: colorOf(health.status),
            Causes: members(health.causes),
            ApplicationMetrics: describeMetrics(environment.samples()),
            InstancesHealth: Object.fromEntries(
              summaryNames.map((name) => [name, statuses.filter((status) => status === name).length]),
            ),
            RefreshedAt: now(),
          }),
        };
      },
    },
    DescribeInstancesHealth: {
      resource,
      target,
      run: async (request) => {
        const input = new Input(request);
        const environment = enhanced(request, input);
        return {
          InstanceHealthList: members(
            environment.instances.map((instance) => ({
              InstanceId: instance.id,
              ...chosen(input, describeInstance(environment, instance, names.region)),
            })),
          ),
          RefreshedAt: now(),
        };
      },
    },
    DescribeEnvironmentResources: {
      resource,
      target,
      run: async (request) => {
        const { record, instances } = context.environment(new Input(request));
        const queue = (name: string, suffix: string): XmlContent => ({
          Name: name,
          URL: `https://sqs.${names.region}.amazonaws.com/${names.accountId}/awseb-${record.id}-stack-${suffix}`,
        });
        return {
          EnvironmentResources: {
            EnvironmentName: record.name,
            AutoScalingGroups: members([{ Name: `awseb-${record.id}-stack-AWSEBAutoScalingGroup` }]),
            Instances: members(instances.map(({ id }) => ({ Id: id }))),
            LaunchConfigurations: members([]),
            LaunchTemplates: members([{ Id: `lt-${record.id}` }]),
            LoadBalancers: members(
              record.tier === undefined ? [{ Name: `awseb-${record.id}-AWSEBLoadBalancer` }] : [],
            ),
            Triggers: members([]),
            Queues: members(
              record.tier === "Worker"
                ? [
                    queue("WorkerQueue", "AWSEBWorkerQueue"),
                    queue("WorkerDeadLetterQueue", "AWSEBWorkerDeadLetterQueue"),
                  ]
                : [],
            ),
          },
        };
      },
    },
  };
}

/** Only the attributes asked for. */
function chosen(input: Input, attributes: Record<string, XmlContent>): Record<string, XmlContent> {
  const wanted = input.texts("AttributeNames");
  if (wanted.includes("All")) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
}

function describeInstance(
  environment: RunningEnvironment,
  instance: Instance,
  region: string,
): Record<string, XmlContent> {
  const health = environment.instanceHealth(instance);
  const { deployment, launchedAt } = instance.record;
  return {
    HealthStatus: health.status,
    Color: colorOf(health.status),
    Causes: members(health.causes),
    LaunchedAt: new Date(launchedAt),
    ApplicationMetrics: describeMetrics(instance.metrics.samples()),
    System: { LoadAverage: members(loadavg().map((load) => Math.round(load * 100) / 100)) },
    Deployment: {
      VersionLabel: deployment.versionLabel,
      DeploymentId: deployment.deploymentId,
      Status: deployment.status,
      DeploymentTime: new Date(deployment.at),
    },
    AvailabilityZone: `${region}a`,
    InstanceType: environment.options.get("aws:autoscaling:launchconfiguration", "InstanceType"),
  };
}

function describeMetrics(samples: readonly Sample[]): XmlContent {
  const { duration, requestCount, statuses, latency } = summarise(samples);
  return {
    Duration: duration,
    RequestCount: requestCount,
    StatusCodes: {
      Status2xx: statuses.s2xx,
      Status3xx: statuses.s3xx,
      Status4xx: statuses.s4xx,
      Status5xx: statuses.s5xx,
    },
    // As on AWS, there are no latencies where there were no requests.
    Latency:
      requestCount === 0
        ? undefined
        : Object.fromEntries(
            Object.keys(percentiles).map((name) => [name, latency[name as keyof typeof percentiles]]),
          ),
  };
}
