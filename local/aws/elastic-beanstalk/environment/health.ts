import type { ApplicationMetrics } from "../instance/metrics.ts";
import type { Deployment } from "../model.ts";

export type HealthStatus =
  | "NoData"
  | "Unknown"
  | "Pending"
  | "Ok"
  | "Info"
  | "Warning"
  | "Degraded"
  | "Severe";

export type Color = "Green" | "Yellow" | "Red" | "Grey";

export interface Health {
  readonly status: HealthStatus;
  readonly causes: readonly string[];
}

const colors: Readonly<Record<HealthStatus, Color>> = {
  NoData: "Grey",
  Unknown: "Grey",
  Pending: "Grey",
  Ok: "Green",
  Info: "Green",
  Warning: "Yellow",
  Degraded: "Red",
  Severe: "Red",
};

export function colorOf(status: HealthStatus): Color {
  return colors[status];
}

/**
 * The colour of basic health, which knows no more than the load balancer: Grey while the environment is updated, Green with
 * an instance that takes requests, Red without.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.healthstatus.html
 */
export function basicColor(
  instances: readonly { readonly inService: boolean; readonly checks: InstanceFacts["checks"] }[],
  updating: boolean,
): Color {
  if (updating || instances.length === 0) return "Grey";
  if (instances.some(({ inService }) => inService)) return "Green";
  return instances.every(({ checks }) => checks === "unhealthy") ? "Red" : "Yellow";
}

/** What is known of one instance at one moment. */
export interface InstanceFacts {
  readonly running: boolean;
  readonly checks: "initial" | "healthy" | "unhealthy";
  readonly checkReason: string | undefined;
  readonly secondsInState: number;
  /** Seconds since a deployment on it began; undefined when none is under way. */
  readonly busySeconds: number | undefined;
  readonly deployment: Deployment;
  /** The version that the environment should run; undefined where that is being changed. */
  readonly expected: { readonly versionLabel: string; readonly deploymentId: number } | undefined;
  readonly metrics: ApplicationMetrics;
}

/** Enhanced health of an instance, with causes worded as EB words them. The worst that holds wins. */
export function instanceHealth(facts: InstanceFacts): Health {
  const { running, checks, deployment, expected } = facts;
  if (facts.busySeconds !== undefined && checks !== "healthy") {
    const causes = [`Performing application deployment (running for ${duration(facts.busySeconds)}).`];
    return running || checks === "initial"
      ? { status: "Info", causes }
      : { status: "Severe", causes: [...causes, notRunning] };
  }
  const failures: string[] = [];
  if (!running) failures.push(notRunning);
  if (checks === "unhealthy") {
    const reason = facts.checkReason === undefined ? "" : ` (${facts.checkReason})`;
    failures.push(`Process default has been unhealthy for ${duration(facts.secondsInState)}${reason}.`);
  }
  const wrongVersion =
    expected !== undefined &&
    (deployment.deploymentId !== expected.deploymentId || deployment.versionLabel !== expected.versionLabel)
      ? [
          ...(deployment.status === "Failed"
            ? [
                `Application deployment failed at ${deployment.at.replace(/\.\d+Z$/, "Z")} with exit status 1 ` +
                  "and error: Engine execution has encountered an error.",
              ]
            : []),
          `Incorrect application version "${deployment.versionLabel}" (deployment ${deployment.deploymentId}). ` +
            `Expected version "${expected.versionLabel}" (deployment ${expected.deploymentId}).`,
        ]
      : [];
  if (failures.length > 0) return { status: "Severe", causes: [...failures, ...wrongVersion] };
  if (checks === "initial")
    return { status: "Pending", causes: ["Instance is waiting for its first health checks."] };
  const requests = requestHealth(facts.metrics);
  if (requests.status === "Severe" || requests.status === "Degraded") {
    return { status: requests.status, causes: [...requests.causes, ...wrongVersion] };
  }
  if (wrongVersion.length > 0) return { status: "Degraded", causes: [...wrongVersion, ...requests.causes] };
  return requests;
}

const notRunning = "Following services are not running: web.";
/** Fewer requests than this in the window say nothing about an application. */
const enoughRequests = 10;

function requestHealth({ requestCount, statuses }: ApplicationMetrics): Health {
  if (requestCount < enoughRequests) return { status: "Ok", causes: [] };
  const rate = (count: number): number => (100 * count) / requestCount;
  const failing = (count: number, what: string): string =>
    `${rate(count).toFixed(1)} % of the requests are ${what}.`;
  if (rate(statuses.s5xx) >= 5) {
    const causes = [failing(statuses.s5xx, "failing with HTTP 5xx")];
    return { status: rate(statuses.s5xx) >= 50 ? "Severe" : "Degraded", causes };
  }
  if (rate(statuses.s4xx) >= 50) {
    return { status: "Warning", causes: [failing(statuses.s4xx, "erroring with HTTP 4xx")] };
  }
  return rate(statuses.s5xx) >= 1
    ? { status: "Warning", causes: [failing(statuses.s5xx, "failing with HTTP 5xx")] }
    : { status: "Ok", causes: [] };
}

/** Health of the environment from that of its instances. While an update runs, what is well is Info: work in progress. */
export function environmentHealth(
  instances: readonly Health[],
  update: { readonly what: string; readonly seconds: number } | undefined,
): Health {
  const versions = wrongVersions(instances);
  const progress =
    update === undefined ? [] : [`${update.what} in progress (running for ${duration(update.seconds)}).`];
  if (instances.length === 0) {
    return update === undefined
      ? { status: "NoData", causes: ["There are no instances."] }
      : { status: "Pending", causes: progress };
  }
  const count = (...statuses: HealthStatus[]): number =>
    instances.filter(({ status }) => statuses.includes(status)).length;
  const all = instances.length;
  const severe = count("Severe");
  const bad = severe + count("Degraded");
  if (bad > 0) {
    const unhealthy =
      severe === all
        ? "ELB processes are not healthy on all instances."
        : `${bad} out of ${all} ${all === 1 ? "instance is" : "instances are"} impacted. See instance health for details.`;
    const causes = [...progress, unhealthy, ...versions, ...common(instances)];
    return { status: severe === all ? "Severe" : "Degraded", causes };
  }
  if (count("Warning") > 0) {
    const causes = [
      `${count("Warning")} out of ${all} instances are impacted. See instance health for details.`,
    ];
    return { status: "Warning", causes: [...progress, ...causes, ...common(instances)] };
  }
  if (update !== undefined)
    return { status: count("Ok", "Info") === 0 ? "Pending" : "Info", causes: progress };
  if (count("Pending") === all) return { status: "Pending", causes: ["Performing initialization."] };
  return count("Info") > 0 ? { status: "Info", causes: [] } : { status: "Ok", causes: [] };
}

/** Of instances that run another deployment than the environment's. */
function wrongVersions(instances: readonly Health[]): string[] {
  const found = instances.flatMap(({ causes }) =>
    causes.filter((cause) => cause.startsWith("Incorrect application version ")),
  );
  const expected = /Expected version .*$/.exec(found[0] ?? "")?.[0];
  if (expected === undefined) return [];
  const all = instances.length;
  const where = found.length === all ? "all instances" : `${found.length} out of ${all} instances`;
  return [`Incorrect application version found on ${where}. ${expected}`];
}

/** Causes that every instance has are the environment's. */
function common(instances: readonly Health[]): string[] {
  const [first, ...others] = instances;
  return (first?.causes ?? []).filter((cause) => others.every(({ causes }) => causes.includes(cause)));
}

/** e.g. 1 second, 13 seconds, 2 minutes */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [count, unit] = whole < 60 ? [whole, "second"] : [Math.round(whole / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
