import { rmSync } from "node:fs";
import { terminate } from "./operations.ts";
import { end, restoreRelease, startAll, troubleshooting } from "./outcome.ts";
import { prepare } from "./prepare.ts";
import { Rollout } from "./rollout.ts";
import type { RunningEnvironment } from "./running-environment.ts";

/**
 * Brings an environment back after the stand-in was stopped or killed: an operation that was cut short ends as failed,
 * with events under its own request id, and every instance runs the last release that was deployed successfully.
 */
export async function recover(environment: RunningEnvironment): Promise<void> {
  const { record } = environment;
  if (record.operation?.kind === "terminate") {
    for (const instance of record.instances) environment.adopt(instance);
    await terminate(environment);
    return;
  }
  resolveInterrupted(environment);
  const good = record.instances.filter(
    ({ deployment }) =>
      deployment.status === "Deployed" && deployment.deploymentId === record.deployed?.deploymentId,
  );
  for (const instance of record.instances.filter((one) => !good.includes(one))) {
    rmSync(environment.instanceDirectory(instance.id), { recursive: true, force: true });
  }
  record.instances = good;
  environment.save();
  for (const instance of good) environment.adopt(instance);
  await replaceDamaged(environment);
  for (const instance of environment.instances) instance.registered = true;
  await startAll(environment);
  if (record.deployed !== undefined && environment.instances.length < environment.size)
    await launchMissing(environment);
}

function resolveInterrupted(environment: RunningEnvironment): void {
  const { record } = environment;
  const { operation } = record;
  restoreRelease(environment);
  if (operation === undefined) return;
  environment.emit("WARN", "Elastic Beanstalk was stopped in the middle of this operation.");
  if (operation.kind === "create") {
    environment.emit(
      "ERROR",
      `Create environment operation is complete, but with errors. ${troubleshooting}`,
    );
  } else if (operation.kind === "update") {
    environment.emit("ERROR", "Failed to deploy application.");
    environment.emit("INFO", "The environment was reverted to the previous configuration setting.");
  } else {
    environment.emit("ERROR", `Failed to complete the operation. ${troubleshooting}`);
  }
  end(environment);
}

/** Instances that a kill left without an application; they are launched anew. */
async function replaceDamaged(environment: RunningEnvironment): Promise<void> {
  await environment.retire(environment.instances.filter(({ hasApplication }) => !hasApplication));
}

async function launchMissing(environment: RunningEnvironment): Promise<void> {
  try {
    const wanted = await prepare(environment, { versionLabel: undefined, settings: undefined });
    await new Rollout(environment, { ...wanted, newVersion: true }).scale();
  } catch (error) {
    if (environment.closed) return;
    environment.emit("ERROR", `Failed to launch instances: ${(error as Error).message}.`);
  }
}
