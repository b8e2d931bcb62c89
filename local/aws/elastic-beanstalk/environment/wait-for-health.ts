import type { Instance } from "../instance/instance.ts";
import { OperationFailed, quoted } from "./instance-command.ts";
import type { RunningEnvironment } from "./running-environment.ts";

const namespace = "aws:elasticbeanstalk:command";

/**
 * Waits until the load balancer would send them requests. What cannot pass any more, because its process crashes again and
 * again, is not waited for. Throws OperationFailed when one does not pass.
 */
export async function waitUntilHealthy(
  environment: RunningEnvironment,
  instances: readonly Instance[],
): Promise<void> {
  const { options, services } = environment;
  const { deploymentHealthMs, healthGraceMs, crashesTolerated } = services.timing;
  const ignored =
    options.get(namespace, "IgnoreHealthCheck") === "true" ||
    options.get(namespace, "HealthCheckSuccessThreshold") === "Severe";
  const allowedMs = 1000 * options.integer(namespace, "Timeout") + healthGraceMs;
  const limitMs = Math.min(deploymentHealthMs, allowedMs);
  const deadline = performance.now() + limitMs;
  const failed = (): Instance[] => instances.filter(({ proven }) => !proven);
  try {
    while (!ignored && failed().length > 0) {
      environment.abort.signal.throwIfAborted();
      const hopeless = failed().some(({ crashes }) => crashes.count > crashesTolerated);
      if (hopeless || performance.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  } finally {
    for (const instance of instances) instance.busySince = undefined;
  }
  if (ignored || failed().length === 0) return;
  giveUp(environment, failed());
}

/** Throws OperationFailed as soon as one of them is not well any more; resolves when the time is over. */
export async function stayHealthy(
  environment: RunningEnvironment,
  instances: readonly Instance[],
  ms: number,
): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    environment.abort.signal.throwIfAborted();
    const failed = instances.filter((instance) => {
      const { status } = environment.instanceHealth(instance);
      return status === "Severe" || status === "Degraded";
    });
    if (failed.length > 0) giveUp(environment, failed);
  }
}

function giveUp(environment: RunningEnvironment, failed: readonly Instance[]): never {
  for (const instance of failed) {
    instance.explain(
      `The instance did not pass its health checks: ${instance.health.reason ?? "no check has passed"}`,
    );
  }
  environment.emit(
    "ERROR",
    `Instance id(s) ${quoted(failed)} did not pass health check after command execution. Aborting the operation.`,
  );
  throw new OperationFailed(`${quoted(failed)} did not become healthy`);
}
